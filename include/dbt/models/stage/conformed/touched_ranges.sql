with entity_resources (source, resource, entity, slack) as (
    values
    {{ entity_resources() }}
),

entities as (
    select distinct entity
    from entity_resources
    where entity <> 'participants'
),

measured as (
    select
        touched.load_id,
        resources.entity,
        devices.participant_id,
        touched.first_ts - resources.slack as first_ts,
        touched.last_ts + resources.slack as last_ts
    from {{ source('loads', 'touched_days') }} as touched
    inner join entity_resources as resources
        on touched.source = resources.source and touched.resource = resources.resource
    inner join {{ ref('participant_devices') }} as devices
        on touched.subject_id = devices.device_id
    where resources.entity <> 'participants'
),

-- A device may go from one participant to another: whoever ever claimed a device of a changed
-- participant is touched as well.
claims as (
    select distinct
        participants.participant_id,
        devices.device_id
    from {{ ref('participant_versions') }} as participants
    cross join lateral jsonb_array_elements_text(participants.devices) as devices (device_id)
),

changed as (
    select
        versions.load_id,
        versions.participant_id,
        others.participant_id as sharing_participant_id
    from {{ ref('participant_versions') }} as versions
    left join claims on versions.participant_id = claims.participant_id
    left join claims as others on claims.device_id = others.device_id
    where versions.changes_facts
),

changed_participants as (
    select
        load_id,
        participant_id
    from changed
    union
    select
        load_id,
        sharing_participant_id
    from changed
    where sharing_participant_id is not null
)

select
    load_id,
    entity,
    participant_id,
    first_ts,
    last_ts
from measured
union all
select
    changed_participants.load_id,
    entities.entity,
    changed_participants.participant_id,
    '-infinity'::timestamptz as first_ts,
    'infinity'::timestamptz as last_ts
from changed_participants
cross join entities
