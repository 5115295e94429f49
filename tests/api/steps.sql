-- An hour's walk each day.
insert into raw.iot__steps (device_id, ts, steps, load_id)
select
    %(device_id)s,
    ts,
    extract(minute from ts),
    %(load_id)s
from generate_series(%(first)s::timestamptz, %(last)s, '1 minute') as ts
where extract(hour from ts) = 8
