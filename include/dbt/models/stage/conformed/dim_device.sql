with deliveries as (
    select
        subject_id as device_id,
        min(source) as source,
        min(utc_date) as first_date,
        max(utc_date) as last_date,
        array_agg(distinct resource) as resources
    from {{ source('loads', 'touched_days') }}
    where resource <> 'users'
    group by subject_id
),

owners as (
    select * from {{ ref('participant_devices') }}
)

select
    device_id,
    owners.participant_id,
    deliveries.source,
    deliveries.first_date,
    deliveries.last_date,
    deliveries.resources
from deliveries
full join owners using (device_id)
