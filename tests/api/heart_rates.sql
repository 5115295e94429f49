-- Two samples every third minute by day; on the 22nd the watch was off from 12 to 13.
insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)
select
    %(device_id)s,
    ts,
    60 + extract(minute from ts) / 2 + extract(second from ts) / 10 + extract(day from ts) / 8,
    1,
    %(load_id)s
from (
    select generate_series(%(first)s::timestamptz, %(last)s, '3 minutes') as ts
    union all
    select generate_series(%(first)s::timestamptz + '30 s', %(last)s, '3 minutes')
) as instants
where
    extract(hour from ts) between 6 and 21
    and not (extract(day from ts) = 22 and extract(hour from ts) = 12)
