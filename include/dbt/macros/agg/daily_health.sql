{#- Minutes whose mean lies in [from, to) per cent of the maximum heart rate; NULL if that is unknown. -#}
{% macro zone_minutes(zone, from_pct, to_pct) -%}
            case when days.max_heart_rate_bpm is not null then count(*) filter (
                where
                {% if from_pct is not none %}
                    bpm_mean * 100 >= days.max_heart_rate_bpm * {{ from_pct }}
                {% endif %}
                {% if to_pct is not none %}
                    {{ 'and ' if from_pct is not none }}bpm_mean * 100 < days.max_heart_rate_bpm * {{ to_pct }}
                {% endif %}
            ) end as hr_zone_{{ zone }}_minutes
{%- endmacro %}

{#- Columns of daily_health that a provider states once a day: name in dim_metric, group of sources. -#}
{% macro daily_metrics() %}
    {{ return({
        'resting_heart_rate_bpm': {'metric': 'resting_heart_rate', 'group': 'resting_heart_rate'},
        'hrv_rmssd_ms': {'metric': 'heart_rate_variability_rmssd', 'group': 'hrv_rmssd'},
        'spo2_mean_pct': {'metric': 'oxygen_saturation', 'group': 'spo2'},
        'respiratory_rate_per_min': {'metric': 'respiratory_rate', 'group': 'respiratory_rate'},
        'weight_kg': {'metric': 'body_weight', 'group': 'weight'},
        'vo2_max_ml_per_kg_min': {'metric': 'vo2_max', 'group': 'vo2_max'},
    }) }}
{% endmacro %}

{#- Columns of daily_health that are sums over minutes, and their groups of sources. -#}
{% macro daily_sums() %}
    {{ return({
        'steps': 'steps',
        'distance_m': 'distance',
        'floors_climbed': 'floors_climbed',
        'active_energy_kcal': 'active_energy',
        'total_energy_kcal': 'total_energy',
    }) }}
{% endmacro %}

{#-
    Bounds in UTC for rows whose local date is in a row of `days`, for index and chunk exclusion:
    local midnight is between 14 hours before and 12 hours after midnight UTC.
-#}
{% macro may_be_on_days(instant) -%}
    {{ instant }} >= (days.first_date::timestamp - interval '14 hours') at time zone 'UTC'
            and {{ instant }} < (days.last_date::timestamp + interval '36 hours') at time zone 'UTC'
{%- endmacro %}

{#- SQL: whether minutes are the participant's of a row of `days`, on the days of that row. -#}
{% macro are_minutes_of_days() -%}
    participant_id = days.participant_id
            and local_date between days.first_date and days.last_date
            and {{ may_be_on_days('minute') }}
            and {{ is_of_any_source() }}
{%- endmacro %}
