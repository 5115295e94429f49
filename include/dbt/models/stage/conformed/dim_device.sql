with describing (source, resource) as (
    values
    {% for model_name in combined_models('participants') %}
    ('{{ source_of(model_name) }}', '{{ resource_of(model_name) }}'){{ ',' if not loop.last }}
    {% endfor %}
),

deliveries as (
    select
        subject_id as device_id,
        min(source) as source,
        min(utc_date) as first_date,
        max(utc_date) as last_date,
        array_agg(distinct resource) as resources
    from {{ source('loads', 'touched_days') }}
    -- What describes people, or has no time at all, is no data of a device.
    where
        first_ts > '-infinity'
        and (source, resource) not in (
            select
                source,
                resource
            from describing
        )
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
