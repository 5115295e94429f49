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

{#- Metrics that a provider states once a day. -#}
{% macro daily_metrics() %}
    {{ return([
        'resting_heart_rate_bpm',
        'hrv_rmssd_ms',
        'spo2_mean_pct',
        'respiratory_rate_per_min',
        'weight_kg',
        'vo2_max_ml_per_kg_min',
    ]) }}
{% endmacro %}
