-- One sample a minute, the hour as heart rate.
insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)
select
    %(device_id)s,
    ts,
    50 + extract(hour from ts),
    1,
    %(load_id)s
from generate_series(%(first)s::timestamptz, %(last)s, '1 minute') as ts
