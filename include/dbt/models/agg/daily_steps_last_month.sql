with recorded as (
    {{ union_entity('movements') }}
),

newest as (
    select max(local_date) as last_date from {{ ref('daily_health') }}
),

days as (
    select
        health.participant_id,
        health.local_date,
        health.steps,
        health.sources ->> 'steps' as source,
        health.local_date::timestamp at time zone health.timezone as start_ts,
        (health.local_date + 1)::timestamp at time zone health.timezone as end_ts
    from {{ ref('daily_health') }} as health
    cross join newest
    where
        health.local_date > newest.last_date - interval '1 month'
        and health.steps is not null
),

used as (
    select
        days.participant_id,
        days.local_date,
        array_agg(devices.device_id order by devices.device_id) as device_ids
    from days
    inner join {{ ref('participant_devices') }} as devices
        on days.participant_id = devices.participant_id
    -- The limit makes this one look into the index per device and day.
    cross join
        lateral (
            select recorded.ts
            from recorded
            where
                recorded.source = days.source
                and recorded.device_id = devices.device_id
                and recorded.ts >= days.start_ts
                and recorded.ts < days.end_ts
            order by recorded.ts
            limit 1
        ) as any_sample
    group by days.participant_id, days.local_date
)

select
    days.participant_id,
    days.local_date,
    days.steps,
    used.device_ids
from days
left join used
    on
        days.participant_id = used.participant_id
        and days.local_date = used.local_date
