{#-
    What movement_minutes measures, and the name of its day total in dim_metric: providers that
    state totals of their own state them as daily measurements.
-#}
{% macro movement_totals() %}
    {{ return({
        'steps': 'step_count_daily',
        'distance_m': 'distance',
        'floors_climbed': 'floors_climbed',
        'active_energy_kcal': 'calories_burned_active',
        'total_energy_kcal': 'calories_burned_total',
    }) }}
{% endmacro %}

{% macro movement_measures() %}
    {{ return(movement_totals().keys() | list) }}
{% endmacro %}
