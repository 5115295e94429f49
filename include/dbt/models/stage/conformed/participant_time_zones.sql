with stated as (
    select
        participants.participant_id,
        zones.position,
        (zones.entry ->> 'valid_from')::timestamptz as valid_from,
        zones.entry ->> 'time_zone' as stated_time_zone
    from {{ ref('participant_versions') }} as participants
    cross join
        lateral jsonb_array_elements(
            case jsonb_typeof(participants.time_zones)
                when 'array' then nullif(participants.time_zones, '[]')
                when 'string' then jsonb_build_array(
                    jsonb_build_object('time_zone', participants.time_zones)
                )
            end
        ) with ordinality as zones (entry, position)
    where participants.is_current
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

history as (
    select
        participants.participant_id,
        entries.valid_from,
        entries.stated_time_zone,
        row_number() over by_time as position,
        lead(entries.valid_from) over by_time as next_valid_from
    from {{ ref('participant_versions') }} as participants
    left join entries on participants.participant_id = entries.participant_id
    where participants.is_current
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
