-- Loads of a source that changed something in a range of time, and that stage has not taken in yet.
-- Their rows must not go: stage could not read them any more.
select loads.load_id
from raw.loads
where
    loads.source = '{source}'
    and ({not_taken})
    and exists (
        select from raw.touched_days as touched
        where
            touched.load_id = loads.load_id
            and touched.first_ts < timestamptz '{range_end}' + interval '1 day'
            and touched.last_ts >= timestamptz '{range_start}' - interval '1 day'
    )
order by loads.load_id
