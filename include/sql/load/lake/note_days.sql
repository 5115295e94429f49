-- Days that replayed loads have touched, noted by a load that the layers downstream have not seen.
insert into raw.touched_days as known
(load_id, source, resource, subject_id, utc_date, first_ts, last_ts)
select
    %(load_id)s,
    touched.source,
    touched.resource,
    touched.subject_id,
    touched.utc_date,
    min(touched.first_ts),
    max(touched.last_ts)
from raw.touched_days as touched
where touched.load_id = any(%(replayed)s) and touched.resource = %(resource)s
group by touched.source, touched.resource, touched.subject_id, touched.utc_date
on conflict (load_id, subject_id, utc_date) do update
set
    first_ts = least(known.first_ts, excluded.first_ts),
    last_ts = greatest(known.last_ts, excluded.last_ts)
