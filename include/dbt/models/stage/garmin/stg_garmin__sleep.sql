with sleeps as (
    select
        account_id as device_id,
        *
    from {{ source('garmin', 'sleep') }}
)

select
    sleeps.device_id,
    sleeps.start_ts,
    sleeps.end_ts,
    sleeps.start_ts as source_ts,
    stages.awake,
    stages.deep,
    stages.rem,
    stages.light,
    sleeps.local_date,
    sleeps.load_id
from sleeps
left join lateral (
    select
        coalesce(range_agg(span) filter (where activity_level = 3), '{}') as awake,
        coalesce(range_agg(span) filter (where activity_level = 0), '{}') as deep,
        coalesce(range_agg(span) filter (where activity_level = 2), '{}') as rem,
        coalesce(range_agg(span) filter (where activity_level = 1), '{}') as light
    from (
        select
            levels.activity_level,
            tstzrange(levels.ts, levels.ts + make_interval(secs => levels.seconds)) as span
        from
            jsonb_to_recordset(sleeps.levels)
                as levels (
                    ts timestamptz, seconds double precision, activity_level double precision
                )
        where levels.seconds > 0
    ) as spans
    -- No row, and so NULL, for a sleep without stages.
    having count(*) > 0
) as stages on true
