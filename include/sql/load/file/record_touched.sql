-- Into raw.touched_days, where another file of the load may have touched the same day. A source may
-- state that something ended before it began; of such a range PostgreSQL would make none for anybody.
insert into raw.touched_days as known
    (load_id, source, resource, subject_id, utc_date, first_ts, last_ts)
select
    loads.load_id,
    loads.source,
    loads.resource,
    touched.subject_id,
    touched.utc_date,
    min(touched.first_ts),
    greatest(max(touched.last_ts), min(touched.first_ts))
from touched
inner join raw.loads on loads.load_id = {load_id}
group by loads.load_id, touched.subject_id, touched.utc_date
on conflict (load_id, subject_id, utc_date) do update
set
    first_ts = least(known.first_ts, excluded.first_ts),
    last_ts = greatest(known.last_ts, excluded.last_ts)
