with newest as (
    select max(local_date) as last_date from {{ ref('daily_health') }}
),

days as (
    select
        health.participant_id,
        health.local_date,
        health.steps,
        health.local_date::timestamp at time zone health.timezone as start_ts,
        (health.local_date + 1)::timestamp at time zone health.timezone as end_ts
    from {{ ref('daily_health') }} as health
    cross join newest
    where
        health.local_date > newest.last_date - interval '1 month'
        and health.steps is not null
),

owners as (
    select * from {{ ref('participant_devices') }}
)

select
    days.participant_id,
    days.local_date,
    days.steps,
    array_agg(devices.device_id order by devices.device_id)
    filter (where devices.device_id is not null) as device_ids
from days
left join lateral (
    select owners.device_id
    from owners
    where
        owners.participant_id = days.participant_id
        -- One look into the index per device and day.
        and exists (
            select 1
            from {{ ref('movement_samples') }} as samples
            where
                samples.device_id = owners.device_id
                and samples.ts >= days.start_ts
                and samples.ts < days.end_ts
        )
) as devices on true
group by days.participant_id, days.local_date, days.steps
