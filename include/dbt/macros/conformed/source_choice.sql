{#-
    Which of several sources counts. Per participant, local day and group of figures one source is
    chosen, by priority among those that have data for it, because two watches on one wrist
    measure the same heart and the same steps. See docs/decisions/0007.
-#}

{#-
    Groups of figures, each with the group whose priority it follows where it has none of its own.
    They are named as the columns of daily_health, without the unit; `participants` is the
    description of people: birthday, maximum heart rate, time zones.
-#}
{% macro source_groups() %}
    {{ return({
        'participants': none,
        'heart_rate': none,
        'sleep_heart_rate': 'heart_rate',
        'movement': none,
        'steps': 'movement',
        'distance': 'movement',
        'floors_climbed': 'movement',
        'active_energy': 'movement',
        'total_energy': 'movement',
        'sleep': none,
        'activities': none,
        'resting_heart_rate': none,
        'hrv_rmssd': none,
        'spo2': none,
        'respiratory_rate': none,
        'weight': none,
        'vo2_max': none,
    }) }}
{% endmacro %}

{#-
    The sources of a group, best first, as `vars.source_priority` (VITALS_SOURCE_PRIORITY) lists them:
    an order for all groups, then orders for single ones, such as
    `iot, google_health, fitbit; sleep=fitbit; movement=google_health, iot`.
    What a list leaves out follows in the order of the general one, and what that leaves out in
    the order of `vars.entities`.
-#}
{% macro source_priority(group) %}
    {% set groups = source_groups() %}
    {% set orders = {} %}
    {% for part in var('source_priority').split(';') if part | trim %}
        {% set named = part.split('=') %}
        {% set name = named[0] | trim if named | length > 1 else '' %}
        {% if name and name not in groups %}
            {% do exceptions.raise_compiler_error(
                'VITALS_SOURCE_PRIORITY names the group ' ~ name ~ '; known are '
                ~ groups | join(', ')
            ) %}
        {% endif %}
        {% set listed = named[-1].split(',') | map('trim') | select | list %}
        {% do orders.update({name: orders.get(name, []) + listed}) %}
    {% endfor %}
    {% set order = orders.get(group) or orders.get(groups[group]) or [] %}
    {{ return((order + orders.get('', []) + all_sources()) | unique | list) }}
{% endmacro %}

{#- SQL: place of the source in `column` in the order of the group, 1 for the best. -#}
{% macro source_rank(group, column='source') -%}
    array_position({{ text_array(source_priority(group)) }}, {{ column }})
{%- endmacro %}

{#-
    SQL: true for every source. `source` comes before the minute in the keys, so that naming the
    sources turns a read of a participant's minutes into one probe of the index for each.
-#}
{% macro is_of_any_source(column='source') -%}
    {{ column }} = any({{ text_array(all_sources()) }})
{%- endmacro %}

{#- SQL, an aggregate: the value that the best source states that states one. -#}
{% macro first_stated(column, group) -%}
    {{ first_of(column, source_rank(group)) }}
{%- endmacro %}

{#- SQL, an aggregate: the value of the lowest rank that has one. -#}
{% macro first_of(column, rank) -%}
    (array_agg({{ column }} order by {{ rank }}) filter (where {{ column }} is not null))[1]
{%- endmacro %}

{#-
    SQL, an aggregate over the sources of a day: {rank of the best source that has a value, value}.
    Arrays are compared by their first element first, and no two sources have the same rank.
-#}
{% macro best(value, group, condition='true') -%}
    min(array[{{ source_rank(group) }}, {{ value }}::double precision])
            filter (where {{ value }} is not null and {{ condition }})
{%- endmacro %}

{#- SQL: name of the source with a rank in the order of the group. -#}
{% macro source_at(rank, group) -%}
    ({{ text_array(source_priority(group)) }})[{{ rank }}::integer]
{%- endmacro %}

{% macro text_array(items) -%}
    array[{% for item in items %}'{{ item }}'{{ ', ' if not loop.last }}{% endfor %}]::text[]
{%- endmacro %}
