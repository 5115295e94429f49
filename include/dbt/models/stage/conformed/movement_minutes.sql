{% set measures = [
    'steps', 'distance_m', 'floors_climbed', 'active_energy_kcal', 'total_energy_kcal'
] %}

with samples as (
    {{ union_entity('movements', {
        'device_id': 'text',
        'ts': 'timestamptz',
        'source_ts': 'timestamptz',
        'steps': 'integer',
        'distance_m': 'double precision',
        'floors_climbed': 'double precision',
        'active_energy_kcal': 'double precision',
        'total_energy_kcal': 'double precision',
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
    where ranges.model_name = 'movement_minutes'
    group by ranges.participant_id, ranges.start_ts, ranges.end_ts
),

zones as (
    select * from {{ ref('participant_time_zones') }}
)

select
    ranges.participant_id,
    minutes.minute,
    (minutes.minute at time zone zones.time_zone)::date as local_date,
{% for measure in measures %}
    minutes.{{ measure }}{{ ',' if not loop.last }}
{% endfor %}
from ranges
cross join
    lateral (
        -- The same steps counted by two devices are one person's steps: the larger count stands.
        select
            minute,
        {% for measure in measures %}
            max({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
        from (
            select
                samples.device_id,
                time_bucket('1 minute', samples.ts) as minute,
            {% for measure in measures %}
                sum(samples.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
            from samples
            where
                samples.device_id = any(ranges.device_ids)
                and {{ within('samples.ts', 'samples.source_ts') }}
            group by samples.device_id, minute
        ) as device_minutes
        group by minute
        order by minute
    ) as minutes
inner join zones
    on
        ranges.participant_id = zones.participant_id
        and minutes.minute >= zones.valid_from
        and minutes.minute < zones.valid_to
