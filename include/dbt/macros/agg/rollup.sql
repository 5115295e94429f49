{#- Columns of daily_health that add up over days. -#}
{% macro summed_measures() %}
    {{ return([
        'steps',
        'distance_m',
        'floors_climbed',
        'active_energy_kcal',
        'total_energy_kcal',
        'wear_minutes',
        'hr_zone_light_minutes',
        'hr_zone_moderate_minutes',
        'hr_zone_vigorous_minutes',
        'hr_zone_peak_minutes',
        'sleep_minutes',
        'sleep_deep_minutes',
        'sleep_light_minutes',
        'sleep_rem_minutes',
        'sleep_awake_minutes',
        'activity_count',
        'activity_minutes',
    ]) }}
{% endmacro %}

{#- Columns of daily_health of which only the mean over days means anything. -#}
{% macro averaged_measures() %}
    {{ return(['sleep_efficiency_pct', 'sleep_heart_rate_mean_bpm'] + daily_metrics().keys() | list) }}
{% endmacro %}

{#- Weekly and monthly health: `period` of the touched days, straight from daily_health. -#}
{% macro rollup(period, model_name) %}
with days as (
    select
        health.*,
        date_trunc('{{ period }}', health.local_date)::date as {{ period }}_start
    from {{ ref('rebuild_days') }} as rebuilt
    inner join {{ ref('daily_health') }} as health
        on
            rebuilt.participant_id = health.participant_id
            and health.local_date between rebuilt.first_date and rebuilt.last_date
    where rebuilt.model_name = '{{ model_name }}'
)

select
    participant_id,
    {{ period }}_start,
    count(*) as days_with_data,
    count(*) filter (where is_valid_day) as valid_days,
    sum(heart_rate_samples) as heart_rate_samples_total,
    sum(sleep_sessions) as sleep_sessions_total,
    {% for measure in summed_measures() %}
    sum({{ measure }} order by local_date) as {{ measure }}_total,
    {% endfor %}
    {% for measure in summed_measures() + averaged_measures() %}
    avg({{ measure }}::double precision order by local_date) as {{ measure }}_daily_mean,
    {% endfor %}
    min(heart_rate_min_bpm) as heart_rate_min_bpm,
    -- The mean of all minutes: each day counts with as many minutes as it has.
    sum(heart_rate_mean_bpm * wear_minutes order by local_date)
    / sum(wear_minutes order by local_date) as heart_rate_mean_bpm,
    max(heart_rate_max_bpm) as heart_rate_max_bpm,
    now() as computed_at
from days
group by participant_id, {{ period }}_start
{% endmacro %}
