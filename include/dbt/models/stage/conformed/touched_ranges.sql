with entity_resources (source, resource, entity, slack) as (
    values
    {{ entity_resources() }}
),

entities as (
    select distinct entity
    from entity_resources
    where entity <> 'participants'
),

deliveries as not materialized (
    select
        touched.load_id,
        touched.subject_id as device_id,
        resources.entity,
        touched.first_ts - resources.slack as first_ts,
        touched.last_ts + resources.slack as last_ts
    from {{ source('loads', 'touched_days') }} as touched
    inner join entity_resources as resources
        on touched.source = resources.source and touched.resource = resources.resource
    where resources.entity <> 'participants'
),

measured as (
    select
        deliveries.load_id,
        deliveries.entity,
        devices.participant_id,
        deliveries.first_ts,
        deliveries.last_ts
    from deliveries
    inner join {{ ref('participant_devices') }} as devices
        on deliveries.device_id = devices.device_id
),

versions as (
    select * from {{ ref('participant_versions') }}
),

-- A device may go from one participant to another: whoever ever claimed it is touched.
claims as (
    select
        device_id,
        participant_id,
        count(*) over (partition by device_id) as claimants
    from (
        select distinct
            versions.participant_id,
            devices.device_id
        from versions
        cross join lateral jsonb_array_elements_text(versions.devices) as devices (device_id)
    ) as ever
),

-- Devices that a version adds or drops, or whose owner it may decide by a new created_at.
changed_devices as (
    select
        versions.load_id,
        devices.device_id
    from versions
    cross join
        lateral (
            select jsonb_array_elements_text(versions.devices) as device_id
            union
            select jsonb_array_elements_text(versions.earlier_devices) as device_id
        ) as devices
    where
        (versions.devices ? devices.device_id)
        is distinct from (versions.earlier_devices ? devices.device_id)
        or (
            versions.changes_created_at
            and devices.device_id in (
                select device_id from claims
                where claimants > 1
            )
        )
),

handed_over as (
    select
        changed_devices.load_id,
        deliveries.entity,
        claims.participant_id,
        min(deliveries.first_ts) as first_ts,
        max(deliveries.last_ts) as last_ts
    from changed_devices
    inner join claims on changed_devices.device_id = claims.device_id
    inner join deliveries on changed_devices.device_id = deliveries.device_id
    group by changed_devices.load_id, deliveries.entity, claims.participant_id
),

-- The best source that states it now.
best_ranks as (
    select
        participant_id,
        min(source_rank) filter (where stated_zones is not null) as zones_rank,
        min(source_rank) filter (where reference_date is not null) as age_rank,
        min(source_rank) filter (where max_heart_rate_bpm is not null) as max_heart_rate_rank
    from versions
    where is_current
    group by participant_id
),

-- What a source states of a person counts unless a better one states it.
changed_people as (
    select
        versions.load_id,
        versions.participant_id,
        versions.changes_zones
        and coalesce(versions.source_rank <= best_ranks.zones_rank, true) as changes_zones,
        versions.changes_age
        and coalesce(versions.source_rank <= best_ranks.age_rank, true) as changes_age,
        versions.changes_max_heart_rate
        and coalesce(versions.source_rank <= best_ranks.max_heart_rate_rank, true)
            as changes_max_heart_rate
    from versions
    inner join best_ranks on versions.participant_id = best_ranks.participant_id
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
    load_id,
    entity,
    participant_id,
    first_ts,
    last_ts
from handed_over
union all
select
    changed_people.load_id,
    entities.entity,
    changed_people.participant_id,
    '-infinity'::timestamptz as first_ts,
    'infinity'::timestamptz as last_ts
from changed_people
cross join entities
where changed_people.changes_zones
union all
-- Days alone depend on them: tables that look at one entity do not see this one.
select
    load_id,
    'participants' as entity,
    participant_id,
    '-infinity'::timestamptz as first_ts,
    'infinity'::timestamptz as last_ts
from changed_people
where changes_age or changes_max_heart_rate
