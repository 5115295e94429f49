-- A cohort that was never off: samples in raw, and what the transformation makes of them.
insert into raw.iot__users (user_id, load_id, devices, time_zone, created_at)
select
    'p' || lpad(person::text, 4, '0'),
    1,
    jsonb_build_array('d' || lpad(person::text, 4, '0')),
    to_jsonb('UTC'::text),
    '2026-01-01'
from generate_series(1, {people}) as person;

insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)
select
    'd' || lpad(person::text, 4, '0'),
    ts,
    60 + (extract(epoch from ts)::bigint / 7 + person) % 50,
    1,
    1
from generate_series(0, {days} - 1) as day_number
cross join generate_series(1, {people}) as person
cross join lateral generate_series(
    timestamptz '2026-01-01 00:00Z' + make_interval(days => day_number),
    timestamptz '2026-01-01 23:59:59Z' + make_interval(days => day_number),
    make_interval(secs => {seconds})
) as ts;

insert into stage.heart_rate_minutes
(participant_id, source, minute, local_date, samples, bpm_mean, bpm_min, bpm_max)
select
    'p' || lpad(person::text, 4, '0'),
    'iot',
    minute,
    minute::date,
    12,
    60 + (extract(epoch from minute)::bigint / 60 + person) % 500 / 10.0,
    55,
    115
from generate_series(1, {people}) as person
cross join generate_series(
    timestamptz '2026-01-01 00:00Z',
    timestamptz '2026-01-01 00:00Z' + make_interval(days => {days}, mins => -1),
    '1 minute'
) as minute;

insert into agg.daily_health (
    participant_id, local_date, timezone, steps, heart_rate_samples, heart_rate_min_bpm,
    heart_rate_mean_bpm, heart_rate_max_bpm, wear_minutes, is_valid_day, computed_at, sources
)
select
    participant_id,
    local_date,
    'UTC',
    8000,
    sum(samples),
    min(bpm_min),
    avg(bpm_mean),
    max(bpm_max),
    count(*),
    true,
    now(),
    '{{"heart_rate": "iot", "steps": "iot"}}'
from stage.heart_rate_minutes
group by participant_id, local_date;

insert into stage.load_progress (model_name, loads, definition, taken_at)
values ('daily_health', '{{[1,2)}}', 'benchmark', now())
on conflict (model_name) do nothing;

analyze raw.iot__heart_rates, stage.heart_rate_minutes, agg.daily_health;
