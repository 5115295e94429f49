with days as (
    select
        participant_id,
        first_date,
        last_date
    from {{ ref('rebuild_days') }}
    where model_name = 'received_days'
),

heart_rates as (
    select
        days.participant_id,
        minutes.*
    from days
    cross join lateral (
        select
            local_date,
            source,
            'heart_rate' as metric,
            sum(samples) as samples,
            count(*) as minutes,
            min(minute) as first_ts,
            max(minute) as last_ts
        from {{ ref('heart_rate_minutes') }}
        where {{ are_minutes_of_days() }}
        group by local_date, source
    ) as minutes
),

step_minutes as (
    select
        days.participant_id,
        minutes.*
    from days
    cross join lateral (
        select
            local_date,
            source,
            'steps' as metric,
            count(*) as samples,
            count(*) as minutes,
            min(minute) as first_ts,
            max(minute) as last_ts
        from {{ ref('movement_minutes') }}
        where
            {{ are_minutes_of_days() }}
            and steps is not null
        group by local_date, source
    ) as minutes
),

-- Some sources state a day's steps without its minutes.
step_totals as (
    select
        stated.participant_id,
        stated.local_date,
        stated.source,
        'steps' as metric,
        1 as samples,
        null::bigint as minutes,
        null::timestamptz as first_ts,
        null::timestamptz as last_ts
    from days
    inner join {{ ref('daily_measurements') }} as stated
        on
            days.participant_id = stated.participant_id
            and stated.local_date between days.first_date and days.last_date
            and stated.metric = '{{ movement_totals().steps }}'
    where not exists (
        select 1 from step_minutes as counted
        where
            counted.participant_id = stated.participant_id
            and counted.local_date = stated.local_date
            and counted.source = stated.source
    )
),

sleeps as (
    select
        sessions.participant_id,
        sessions.local_date,
        sessions.source,
        'sleep' as metric,
        sum(sessions.recordings) as samples,
        floor(sum(sessions.in_bed_minutes))::bigint as minutes,
        min(sessions.start_ts) as first_ts,
        max(sessions.end_ts) as last_ts
    from days
    inner join {{ ref('sleep_sessions') }} as sessions
        on
            days.participant_id = sessions.participant_id
            and sessions.local_date between days.first_date and days.last_date
    group by sessions.participant_id, sessions.local_date, sessions.source
)

select * from heart_rates
union all
select * from step_minutes
union all
select * from step_totals
union all
select * from sleeps
