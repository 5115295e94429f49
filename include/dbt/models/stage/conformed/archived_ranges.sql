with entity_resources (source, resource, entity, slack) as (
    values
    {{ entity_resources() }}
),

-- Rows of a device may have been made for whoever ever claimed it.
claims as (
    select distinct
        versions.participant_id,
        devices.device_id
    from {{ ref('participant_versions') }} as versions
    cross join lateral jsonb_array_elements_text(versions.devices) as devices (device_id)
)

select distinct
    resources.entity,
    claims.participant_id,
    absent.range_start - resources.slack as start_ts,
    absent.range_end + resources.slack as end_ts
from {{ source('archive', 'absent_ranges') }} as absent
inner join entity_resources as resources
    on absent.source = resources.source and absent.resource = resources.resource
inner join claims on absent.subject_id = claims.device_id
