{% set sources = branches('heart_rates') %}

with devices as (
    select * from {{ ref('participant_devices') }}
),

ranges as (
    {{ ranges_by_zone('heart_rate_minutes') }}
),

{% for source in sources %}
{{ source }}_ranges as (
    {{ with_devices_of(source, 'ranges') }}
),

{{ source }}_samples as (
    {{ union_entity('heart_rates', source) }}
){{ ',' if not loop.last }}

{% endfor %}

{% for source in sources %}
select
    ranges.participant_id,
    '{{ source }}'::text as source,
    minutes.minute,
    coalesce(minutes.stated_date, (minutes.minute at time zone ranges.time_zone)::date)
        as local_date,
    minutes.samples,
    minutes.bpm_sum / minutes.samples as bpm_mean,
    minutes.bpm_min,
    minutes.bpm_max
from {{ source }}_ranges as ranges
-- One index range per device and touched range, whatever the size of the history.
cross join
    lateral (
        select
            time_bucket('1 minute', samples.ts) as minute,
            max(samples.local_date) as stated_date,
            count(*)::integer as samples,
            sum(samples.bpm::double precision) as bpm_sum,
            min(samples.bpm) as bpm_min,
            max(samples.bpm) as bpm_max
        from {{ source }}_samples as samples
        where
            samples.device_id = any(ranges.device_ids)
            and {{ within('samples.ts', 'samples.source_ts') }}
        group by minute
        -- In the order of the key, which makes inserting them a good deal faster.
        order by minute
    ) as minutes
{{ 'union all' if not loop.last }}
{% endfor %}
