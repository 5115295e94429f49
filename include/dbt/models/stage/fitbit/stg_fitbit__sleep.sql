with sleeps as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'sleep') }}
),

-- Both readings of start and end; they differ only in times that the clock shows twice.
readings as (
    select
        sleeps.*,
        {{ instant('sleeps.start_ts', 'fitbit', 'sleep', '0', 'zones') }} as first_start,
        {{ instant('sleeps.start_ts', 'fitbit', 'sleep', '1', 'later_zones') }} as second_start,
        {{ instant('sleeps.end_ts', 'fitbit', 'sleep', '0', 'zones') }} as first_end,
        {{ instant('sleeps.end_ts', 'fitbit', 'sleep', '1', 'later_zones') }} as second_end,
        make_interval(secs => sleeps.duration_ms / 1000.0) as length
    from sleeps
    {{ join_device_zones('sleeps', 'start_ts', 'fitbit', 'sleep', '0', 'zones') }}
    {{ join_device_zones('sleeps', 'start_ts', 'fitbit', 'sleep', '1', 'later_zones') }}
),

-- The start from which the stated length leads to the stated end.
starts as (
    select
        *,
        case
            when length in (first_end - first_start, second_end - first_start) then first_start
            when length in (first_end - second_start, second_end - second_start) then second_start
            else first_start
        end as started_at
    from readings
)

select
    starts.device_id,
    starts.started_at as start_ts,
    starts.started_at + starts.length as end_ts,
    starts.start_ts as source_ts,
    stages.awake,
    -- Classic sleeps tell asleep from awake and no more.
    case when starts.sleep_type = 'classic' then null else stages.deep end as deep,
    case when starts.sleep_type = 'classic' then null else stages.rem end as rem,
    case when starts.sleep_type = 'classic' then null else stages.light end as light,
    starts.local_date,
    starts.load_id
from starts
left join lateral (
    select
        coalesce(
            range_agg(span) filter (where level in ('wake', 'awake', 'restless')), '{}'
        ) as awake,
        coalesce(range_agg(span) filter (where level = 'deep'), '{}') as deep,
        coalesce(range_agg(span) filter (where level = 'rem'), '{}') as rem,
        coalesce(range_agg(span) filter (where level = 'light'), '{}') as light
    from (
        select
            lower(levels.level) as level,
            tstzrange(
                starts.started_at + make_interval(secs => levels.elapsed_seconds),
                starts.started_at + make_interval(secs => levels.elapsed_seconds + levels.seconds)
            ) as span
        -- Short awakenings lie on top of the levels; downstream, awake wins over other stages.
        from
            jsonb_to_recordset(starts.levels || coalesce(starts.short_awakenings, '[]'))
                as levels (elapsed_seconds double precision, level text, seconds double precision)
        where levels.seconds > 0
    ) as spans
    -- No row, and so NULL, for a sleep without levels.
    having count(*) > 0
) as stages on true
