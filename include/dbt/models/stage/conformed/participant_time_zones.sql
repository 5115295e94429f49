with versions as (
    select * from {{ ref('participant_versions') }}
),

-- The best source that states any zone now.
chosen as (
    select distinct on (participant_id)
        participant_id,
        source,
        stated_zones
    from versions
    where is_current and stated_zones is not null
    order by participant_id, source_rank
),

stated as (
    -- A source that states the whole history: its newest version.
    select
        chosen.participant_id,
        zones.position,
        (zones.entry ->> 'valid_from')::timestamptz as valid_from,
        zones.entry ->> 'time_zone' as stated_time_zone
    from chosen
    cross join
        lateral jsonb_array_elements(
            case jsonb_typeof(chosen.stated_zones) when 'array' then chosen.stated_zones end
        ) with ordinality as zones (entry, position)
    union all
    -- A source that states the zone of the moment: the changes that were seen.
    select
        versions.participant_id,
        versions.version as position,
        versions.seen_at as valid_from,
        versions.stated_zones #>> '{}' as stated_time_zone
    from chosen
    inner join versions using (participant_id, source)
    where
        versions.changes_zones
        and jsonb_typeof(versions.stated_zones) = 'string'
        and jsonb_typeof(chosen.stated_zones) = 'string'
),

-- Two entries from the same instant on: the one written last.
entries as (
    select distinct on (participant_id, valid_from)
        participant_id,
        valid_from,
        stated_time_zone
    from stated
    order by participant_id, valid_from, position desc
),

participants as (
    select distinct participant_id from versions
),

history as (
    select
        participants.participant_id,
        entries.valid_from,
        entries.stated_time_zone,
        row_number() over by_time as position,
        lead(entries.valid_from) over by_time as next_valid_from
    from participants
    left join entries on participants.participant_id = entries.participant_id
    window by_time as (
        partition by participants.participant_id order by entries.valid_from nulls first
    )
)

select
    history.participant_id,
    case when history.position = 1 then '-infinity' else history.valid_from end as valid_from,
    coalesce(history.next_valid_from, 'infinity') as valid_to,
    coalesce(known.time_zone, '{{ var('default_time_zone') }}') as time_zone,
    history.stated_time_zone
from history
left join {{ ref('dim_time_zone') }} as known
    on lower(history.stated_time_zone) = known.lookup_name
