{#- Whether the data of a source may be combined with that of others. -#}
{% macro is_combined(source) %}
    {{ return(source not in env_var('VITALS_NOT_COMBINED', 'strava').split(',')) }}
{% endmacro %}

{#-
    Who may read the staging models of a source that forbids to combine its data: nobody but the
    owner of the warehouse, because such data is for the person alone that it is about.
-#}
{% macro readers_of(source) %}
    {{ return(['analyst', 'api'] if is_combined(source) else []) }}
{% endmacro %}

{#-
    The staging models of an entity, without those of sources that may not be combined with others
    (setting <SOURCE>__MAY_COMBINE): these stay in their own views.
-#}
{% macro combined_models(entity) %}
    {% set combined = [] %}
    {% for model_name in var('entities')[entity] %}
        {% set source = model_name.removeprefix('stg_').split('__') | first %}
        {% if is_combined(source) %}
            {% set _ = combined.append(model_name) %}
        {% endif %}
    {% endfor %}
    {{ return(combined) }}
{% endmacro %}

{#-
    All staging models of one entity (`vars.entities`) in one relation with the given columns, which
    are the contract between a provider and everything downstream. Without providers: no rows, but
    the columns and types, so that what reads it needs no special case.
-#}
{% macro union_entity(entity, columns) %}
    {% for model_name in combined_models(entity) %}
    select
        '{{ model_name.split('__')[0] | replace('stg_', '') }}'::text as source,
        {{ columns.keys() | join(',\n        ') }}
    from {{ ref(model_name) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        null::text as source,
        {% for column, type in columns.items() %}
        null::{{ type }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    where false
    {% endfor %}
{% endmacro %}

{#-
    Rows (source, resource, entity, slack) for `values`: which loads touch which entity, and by how
    much the instant of a touched row may differ from the one that the source wrote.
-#}
{% macro entity_resources() %}
    {% for entity in var('entities') %}
        {% for model_name in combined_models(entity) %}
            {% set source = model_name.removeprefix('stg_').split('__') | first %}
            {% set resource = model_name.split('__')[1] %}
            {# Values of a day are touched at noon UTC, which may be the next day in the far east. #}
            {% set is_shifted = entity == 'daily_measurements' or is_wall_time(source, resource) %}
            {% set slack = '14 hours' if is_shifted else '0' %}
        ('{{ source }}', '{{ resource }}', '{{ entity }}', interval '{{ slack }}'),
        {% endfor %}
    {% endfor %}
        (null, null, null, null)
{% endmacro %}
