{% set sources = branches('sleeps') %}

with devices as (
    select * from {{ ref('participant_devices') }}
),

ranges as (
    select
        participant_id,
        start_ts,
        end_ts
    from {{ ref('rebuild_ranges') }}
    where model_name = 'sleep_sessions'
),

{% for source in sources %}
{{ source }}_ranges as (
    {{ with_devices_of(source, 'ranges') }}
),

{{ source }}_sleeps as (
    {{ union_entity('sleeps', source) }}
),
{% endfor %}

sleeps as (
{% for source in sources %}
    select
        ranges.participant_id,
        sleeps.*
    from {{ source }}_ranges as ranges
    cross join
        lateral (
            select * from {{ source }}_sleeps as recorded
            where
                recorded.device_id = any(ranges.device_ids)
                and {{ within('recorded.start_ts', 'recorded.source_ts') }}
            -- Keeps the planner from reading the whole table once per range.
            offset 0
        ) as sleeps
    {{ 'union all' if not loop.last }}
{% endfor %}
),

in_order as (
    select
        *,
        start_ts > max(end_ts) over (
            partition by participant_id, source order by start_ts, end_ts, device_id
            rows between unbounded preceding and 1 preceding
        ) as follows_a_gap
    from sleeps
),

numbered as (
    select
        *,
        count(*) filter (where follows_a_gap) over (
            partition by participant_id, source order by start_ts, end_ts, device_id
        ) as session_number
    from in_order
),

merged as (
    select
        participant_id,
        source,
        tstzrange(min(start_ts), max(end_ts)) as span,
        count(*)::integer as recordings,
        -- The day on which the last of them ended.
        max(local_date) as stated_date,
        range_agg(awake) as awake,
        range_agg(deep) as deep,
        range_agg(rem) as rem,
        range_agg(light) as light
    from numbered
    group by participant_id, source, session_number
),

-- Where stages overlap, one counts: awake, then deep, rem, light.
staged as (
    select
        participant_id,
        source,
        lower(span) as start_ts,
        upper(span) as end_ts,
        stated_date,
        recordings,
        awake * span::tstzmultirange as awake,
        (deep - awake) * span::tstzmultirange as deep,
        (rem - awake - coalesce(deep, '{}')) * span::tstzmultirange as rem,
        (light - awake - coalesce(deep, '{}') - coalesce(rem, '{}')) * span::tstzmultirange
            as light
    from merged
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
    measured.source,
    measured.start_ts,
    measured.end_ts,
    {{ local_date_of('measured.stated_date', 'measured.end_ts') }} as local_date,
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
{{ join_zones('measured', 'measured.end_ts') }}
