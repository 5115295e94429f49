{#-
    Whether an instant lies in a row of `ranges`. The column as the source wrote it is what the
    index knows; where the source writes wall time it is off by at most 14 hours.
-#}
{% macro within(instant, source_instant) -%}
    {{ instant }} >= ranges.start_ts
        and {{ instant }} < ranges.end_ts
        and {{ source_instant }} >= ranges.start_ts - interval '14 hours'
        and {{ source_instant }} < ranges.end_ts + interval '14 hours'
{%- endmacro %}
