{#- The star of heart-rate events: keys of its dimensions, and how events find their members. -#}

{#-
    SQL: key of a version of a member, the same after every rebuild, in every session and on every
    server: 64 bits of a hash over whom it is of and the instant from which the member was so.
-#}
{% macro surrogate_key(member, instant) -%}
    (
        'x' || left(md5({{ member }} || '|' || (extract(epoch from {{ instant }}) * 1000000)::bigint), 16)
    )::bit(64)::bigint
{%- endmacro %}

{#- Key of the member that stands for everybody and everything that is not known. -#}
{% macro unknown_key() -%}
    0
{%- endmacro %}

{#-
    Events with the keys of their dimensions as of the instant of the event, and the participant's
    local time where the zone is known. `events` is a query of staged or stored events.

    The dimensions are small beside the events, so each is worked out once and hashed.
-#}
{% macro resolved_heart_rates(events) %}
    with events as (
        {{ events }}
    ),

    participants as materialized (
        select
            versions.participant_id,
            versions.participant_key,
            versions.valid_from,
            versions.valid_to,
            countries.country_key
        from {{ ref('dim_participant') }} as versions
        left join {{ ref('dim_country') }} as countries
            on versions.country_code = countries.country_code
    ),

    activities as materialized (
        select
            activity_id,
            activity_key,
            valid_from,
            valid_to
        from {{ ref('dim_activity') }}
    ),

    zones as materialized (
        select
            participant_id,
            time_zone,
            valid_from,
            valid_to
        from {{ ref('participant_time_zones') }}
    )

    select
        events.participant_id,
        events.ts,
        events.topic,
        events.kafka_partition,
        events.kafka_offset,
        coalesce(participants.participant_key, {{ unknown_key() }}) as participant_key,
        coalesce(activities.activity_key, {{ unknown_key() }}) as activity_key,
        coalesce(participants.country_key, {{ unknown_key() }})::smallint as country_key,
        (events.ts at time zone 'UTC')::date as date_key,
        (floor(date_part('epoch', events.ts))::bigint % 86400)::integer as time_key,
        (events.ts at time zone zones.time_zone)::date as local_date,
        (events.ts at time zone zones.time_zone)::time as local_time,
        events.activity_id,
        events.heart_rate_bpm,
        events.latitude,
        events.longitude,
        events.load_id
    from events
    left join participants
        on
            events.participant_id = participants.participant_id
            and {{ in_force('participants', 'events.ts') }}
    left join activities
        on
            events.activity_id = activities.activity_id
            and {{ in_force('activities', 'events.ts') }}
    left join zones
        on
            events.participant_id = zones.participant_id
            and {{ in_force('zones', 'events.ts') }}
{% endmacro %}
