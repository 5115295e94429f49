{% set sources = branches('movements') %}
{% set measures = movement_measures() %}

with devices as (
    select * from {{ ref('participant_devices') }}
),

ranges as (
    {{ ranges_by_zone('movement_minutes') }}
),

{% for source in sources %}
{{ source }}_ranges as (
    {{ with_devices_of(source, 'ranges') }}
),

{{ source }}_samples as (
    {{ union_entity('movements', source) }}
){{ ',' if not loop.last }}

{% endfor %}

{% for source in sources %}
select
    ranges.participant_id,
    '{{ source }}'::text as source,
    minutes.minute,
    coalesce(minutes.stated_date, (minutes.minute at time zone ranges.time_zone)::date)
        as local_date,
{% for measure in measures %}
    minutes.{{ measure }}{{ ',' if not loop.last }}
{% endfor %}
from {{ source }}_ranges as ranges
cross join
    lateral (
        -- The same steps counted by two devices are one person's steps: the larger count stands.
        select
            minute,
            max(stated_date) as stated_date,
        {% for measure in measures %}
            max({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
        from (
            select
                samples.device_id,
                time_bucket('1 minute', samples.ts) as minute,
                max(samples.local_date) as stated_date,
            {% for measure in measures %}
                sum(samples.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
            from {{ source }}_samples as samples
            where
                samples.device_id = any(ranges.device_ids)
                and {{ within('samples.ts', 'samples.source_ts') }}
            group by samples.device_id, minute
        ) as device_minutes
        group by minute
        order by minute
    ) as minutes
{{ 'union all' if not loop.last }}
{% endfor %}
