with sleeps as (
    select * from {{ source('iot', 'sleeps') }}
)

select
    sleeps.device_id,
    {{ instant('sleeps.start_ts', 'iot', 'sleeps') }} as start_ts,
    {{ instant('sleeps.end_ts', 'iot', 'sleeps') }} as end_ts,
    sleeps.start_ts as source_ts,
    stages.awake,
    stages.deep,
    stages.rem,
    stages.light,
    null::date as local_date,
    sleeps.load_id
from sleeps
{{ join_device_zones('sleeps', 'start_ts', 'iot', 'sleeps') }}
left join lateral (
    select
        coalesce(
            range_agg(span) filter (where level in ('awake', 'wake', 'restless')), '{}'
        ) as awake,
        coalesce(range_agg(span) filter (where level = 'deep'), '{}') as deep,
        coalesce(range_agg(span) filter (where level = 'rem'), '{}') as rem,
        coalesce(range_agg(span) filter (where level = 'light'), '{}') as light
    from (
        select
            lower(levels.level) as level,
            tstzrange(
                {{ instant('levels.ts', 'iot', 'sleeps') }},
                {{ instant('levels.ts', 'iot', 'sleeps') }} + make_interval(secs => levels.seconds)
            ) as span
        from
            jsonb_to_recordset(sleeps.levels)
                as levels (ts timestamptz, level text, seconds double precision)
        where levels.seconds > 0
    ) as spans
    -- No row, and so NULL, for a sleep without stages.
    having count(*) > 0
) as stages on true
