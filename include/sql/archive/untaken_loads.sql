-- Loads of a source that changed something in a range of time, and that a table of stage which is
-- made from loads has not taken in yet. Their rows must not go: stage could not read them any more.
select loads.load_id
from raw.loads
where
    loads.source = '{source}'
    and (
        not exists (select from stage.load_progress)
        or exists (
            select from stage.load_progress as progress
            where
                to_regclass('stage.' || quote_ident(progress.model_name)) is not null
                and not loads.load_id <@ progress.loads
        )
    )
    and exists (
        select from raw.touched_days as touched
        where
            touched.load_id = loads.load_id
            and touched.first_ts < timestamptz '{range_end}' + interval '1 day'
            and touched.last_ts >= timestamptz '{range_start}' - interval '1 day'
    )
order by loads.load_id
