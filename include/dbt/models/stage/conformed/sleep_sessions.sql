with recorded as (
    {{ union_entity('sleeps', {
        'device_id': 'text',
        'start_ts': 'timestamptz',
        'end_ts': 'timestamptz',
        'source_ts': 'timestamptz',
        'awake': 'tstzmultirange',
        'deep': 'tstzmultirange',
        'rem': 'tstzmultirange',
        'light': 'tstzmultirange',
        'local_date': 'date'
    }) }}
),

ranges as (
    select
        ranges.participant_id,
        ranges.start_ts,
        ranges.end_ts,
        array_agg(devices.device_id) as device_ids
    from {{ ref('rebuild_ranges') }} as ranges
    inner join {{ ref('participant_devices') }} as devices
        on ranges.participant_id = devices.participant_id
    where ranges.model_name = 'sleep_sessions'
    group by ranges.participant_id, ranges.start_ts, ranges.end_ts
),

zones as (
    select * from {{ ref('participant_time_zones') }}
),

sleeps as (
    select
        ranges.participant_id,
        sleeps.*
    from ranges
    cross join lateral (
        select * from recorded
        where
            recorded.device_id = any(ranges.device_ids)
            and {{ within('recorded.start_ts', 'recorded.source_ts') }}
    ) as sleeps
),

merged as (
    select
        participant_id,
        unnest(range_agg(tstzrange(start_ts, end_ts))) as span
    from sleeps
    group by participant_id
),

combined as (
    select
        merged.participant_id,
        merged.span,
        count(*)::integer as recordings,
        range_agg(sleeps.awake) * merged.span::tstzmultirange as awake,
        range_agg(sleeps.deep) * merged.span::tstzmultirange as deep,
        range_agg(sleeps.rem) * merged.span::tstzmultirange as rem,
        range_agg(sleeps.light) * merged.span::tstzmultirange as light
    from merged
    inner join sleeps
        on
            merged.participant_id = sleeps.participant_id
            and merged.span @> sleeps.start_ts
    group by merged.participant_id, merged.span
),

-- Where stages overlap, one counts: awake, then deep, rem, light.
staged as (
    select
        participant_id,
        lower(span) as start_ts,
        upper(span) as end_ts,
        recordings,
        awake,
        deep - awake as deep,
        rem - awake - deep as rem,
        light - awake - deep - rem as light
    from combined
),

measured as (
    select
        *,
        extract(epoch from end_ts - start_ts)::double precision / 60 as in_bed_minutes,
        case when awake is not null then {{ minutes_of('awake') }} end as awake_minutes,
        case when deep is not null then {{ minutes_of('deep') }} end as deep_minutes,
        case when rem is not null then {{ minutes_of('rem') }} end as rem_minutes,
        case when light is not null then {{ minutes_of('light') }} end as light_minutes
    from staged
)

select
    measured.participant_id,
    measured.start_ts,
    measured.end_ts,
    (measured.end_ts at time zone zones.time_zone)::date as local_date,
    measured.recordings,
    measured.awake is not null as has_stages,
    measured.in_bed_minutes,
    measured.in_bed_minutes - coalesce(measured.awake_minutes, 0) as sleep_minutes,
    measured.awake_minutes,
    measured.deep_minutes,
    measured.rem_minutes,
    measured.light_minutes,
    measured.awake,
    measured.deep,
    measured.rem,
    measured.light
from measured
inner join zones
    on
        measured.participant_id = zones.participant_id
        and measured.end_ts >= zones.valid_from
        and measured.end_ts < zones.valid_to
