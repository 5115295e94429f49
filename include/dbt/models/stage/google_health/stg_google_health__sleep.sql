with sleeps as (
    select
        account_id as device_id,
        *
    from {{ source('google_health', 'sleep') }}
)

select
    sleeps.device_id,
    sleeps.start_ts,
    sleeps.end_ts,
    sleeps.start_ts as source_ts,
    stages.awake,
    -- Classic sleeps tell asleep from awake and no more.
    case when sleeps.sleep_type = 'STAGES' then stages.deep end as deep,
    case when sleeps.sleep_type = 'STAGES' then stages.rem end as rem,
    case when sleeps.sleep_type = 'STAGES' then stages.light end as light,
    sleeps.local_date,
    sleeps.load_id
from sleeps
left join lateral (
    select
        coalesce(range_agg(span) filter (where type in ('AWAKE', 'RESTLESS')), '{}') as awake,
        coalesce(range_agg(span) filter (where type = 'DEEP'), '{}') as deep,
        coalesce(range_agg(span) filter (where type = 'REM'), '{}') as rem,
        coalesce(range_agg(span) filter (where type = 'LIGHT'), '{}') as light
    from (
        select
            levels.type,
            tstzrange(levels."startTime", levels."endTime") as span
        -- Google does not count short awakenings as time awake, so they are left out here, too.
        from
            jsonb_to_recordset(sleeps.stages)
                as levels ("startTime" timestamptz, "endTime" timestamptz, type text)
        where levels."endTime" > levels."startTime"
    ) as spans
    -- No row, and so NULL, for a sleep without stages.
    having count(*) > 0
) as stages on true
