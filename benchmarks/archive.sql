-- Heart rates of some days: a slow wave and a little noise; the confidence is seldom low.
insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)
select
    'device-' || to_char(device, 'FM0000'),
    timestamptz '2025-01-02' + n * %(period)s * interval '1 second',
    round(75 + 18 * sin(n / 900.0 + device) + 3 * (random() + random() + random() - 1.5)),
    3 - 2 * (random() < 0.05)::integer,
    1
from generate_series(1, %(devices)s) as device, generate_series(0, %(last)s) as n
