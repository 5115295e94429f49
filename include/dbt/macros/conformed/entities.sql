{#-
    The columns that staging models have to deliver for each entity, and their types: the contract
    between a provider and everything downstream.
-#}
{% macro entity_columns(entity) %}
    {{ return({
        'participants': {
            'participant_id': 'text',
            'load_id': 'integer',
            'seen_at': 'timestamptz',
            'created_at': 'timestamptz',
            'date_of_birth': 'date',
            'stated_age_years': 'integer',
            'max_heart_rate_bpm': 'double precision',
            'gender': 'text',
            'height_cm': 'double precision',
            'email': 'text',
            'country_code': 'text',
            'devices': 'jsonb',
            'time_zones': 'jsonb',
        },
        'heart_rates': {
            'device_id': 'text',
            'ts': 'timestamptz',
            'source_ts': 'timestamptz',
            'bpm': 'real',
            'confidence': 'real',
            'local_date': 'date',
        },
        'movements': {
            'device_id': 'text',
            'ts': 'timestamptz',
            'source_ts': 'timestamptz',
            'steps': 'integer',
            'distance_m': 'double precision',
            'floors_climbed': 'double precision',
            'active_energy_kcal': 'double precision',
            'total_energy_kcal': 'double precision',
            'local_date': 'date',
        },
        'sleeps': {
            'device_id': 'text',
            'start_ts': 'timestamptz',
            'end_ts': 'timestamptz',
            'source_ts': 'timestamptz',
            'awake': 'tstzmultirange',
            'deep': 'tstzmultirange',
            'rem': 'tstzmultirange',
            'light': 'tstzmultirange',
            'local_date': 'date',
        },
        'activities': {
            'device_id': 'text',
            'activity_id': 'text',
            'activity_type': 'text',
            'start_ts': 'timestamptz',
            'end_ts': 'timestamptz',
            'local_date': 'date',
        },
        'daily_measurements': {
            'device_id': 'text',
            'local_date': 'date',
            'metric': 'text',
            'value': 'double precision',
        },
    }[entity]) }}
{% endmacro %}

{#- Source and resource in the name of a staging model: stg_<source>__<resource>, or a part of it. -#}
{% macro source_of(model_name) %}
    {{ return(model_name.removeprefix('stg_').split('__')[0]) }}
{% endmacro %}

{% macro resource_of(model_name) %}
    {{ return(model_name.split('__')[1]) }}
{% endmacro %}

{#- Whether the data of a source may be combined with that of others (<SOURCE>__MAY_COMBINE). -#}
{% macro is_combined(source) %}
    {{ return(source not in var('not_combined').split(',')) }}
{% endmacro %}

{#-
    Who may read the staging models of a source that forbids to combine its data: nobody but the
    owner of the warehouse, because such data is for the person alone that it is about.
-#}
{% macro readers_of(source) %}
    {{ return(['analyst', 'api'] if is_combined(source) else []) }}
{% endmacro %}

{#-
    The staging models of an entity (`vars.entities`), without those of sources that may not be
    combined with others: these stay in their own views.
-#}
{% macro combined_models(entity) %}
    {% set sources = entity_sources(entity) %}
    {% set combined = [] %}
    {% for model_name in var('entities')[entity] if source_of(model_name) in sources %}
        {% do combined.append(model_name) %}
    {% endfor %}
    {{ return(combined) }}
{% endmacro %}

{#- The sources that feed an entity, in the order of `vars.entities`. -#}
{% macro entity_sources(entity) %}
    {{ return(combined_sources(var('entities')[entity])) }}
{% endmacro %}

{#- The sources that feed anything. -#}
{% macro all_sources() %}
    {% set model_names = [] %}
    {% set entities = var('entities') %}
    {% for entity in entities %}
        {% do model_names.extend(entities[entity]) %}
    {% endfor %}
    {{ return(combined_sources(model_names)) }}
{% endmacro %}

{#-
    The sources of staging models, without those that may not be combined. Some models ask for
    them in nearly every line: no other macro is called, and the setting is read once, because
    dbt takes a millisecond for each.
-#}
{% macro combined_sources(model_names) %}
    {% set left_out = var('not_combined').split(',') %}
    {% set sources = [] %}
    {% for model_name in model_names %}
        {% set source = model_name.removeprefix('stg_').split('__')[0] %}
        {% if source not in left_out and source not in sources %}
            {% do sources.append(source) %}
        {% endif %}
    {% endfor %}
    {{ return(sources) }}
{% endmacro %}

{#-
    All staging models of an entity, or those of one of its sources, in one relation. Without any:
    no rows, but the columns and types, so that what reads it needs no special case.
-#}
{% macro union_entity(entity, source=none) %}
    {% set columns = entity_columns(entity) %}
    {% set model_names = [] %}
    {% for model_name in combined_models(entity) if source in [none, source_of(model_name)] %}
        {% do model_names.append(model_name) %}
    {% endfor %}
    {% for model_name in model_names %}
    select
        '{{ source_of(model_name) }}'::text as source,
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
            {% set source, resource = source_of(model_name), resource_of(model_name) %}
            {% set slack = '14 hours' if is_wall_time(source, resource) else '0' %}
        ('{{ source }}', '{{ resource }}', '{{ entity }}', interval '{{ slack }}'),
        {% endfor %}
    {% endfor %}
        (null, null, null, null)
{% endmacro %}

{#-
    The sources that a query has one branch for. Where none feeds the entity, one without rows.
-#}
{% macro branches(entity) %}
    {{ return(entity_sources(entity) or ['nothing']) }}
{% endmacro %}

{#- The source whose participants list the devices of a source; none if any may. -#}
{% macro describing_source(source) %}
    {% set describing = var('described_by').get(source, source) %}
    {{ return(describing if describing in entity_sources('participants') else none) }}
{% endmacro %}

{#-
    What a model has to rebuild, cut where a time zone ends, so that each piece has one and no
    minute has to look for its own. A minute has the zone in force at its first instant.
-#}
{% macro ranges_by_zone(model_name) %}
    select
        ranges.participant_id,
        zones.time_zone,
        greatest(ranges.start_ts, {{ next_minute('zones.valid_from') }}) as start_ts,
        least(ranges.end_ts, {{ next_minute('zones.valid_to') }}) as end_ts
    from {{ ref('rebuild_ranges') }} as ranges
    inner join {{ ref('participant_time_zones') }} as zones
        on
            ranges.participant_id = zones.participant_id
            and ranges.start_ts < zones.valid_to
            and ranges.end_ts > zones.valid_from
    where ranges.model_name = '{{ model_name }}'
{% endmacro %}

{#- The first whole minute that is not before an instant. -#}
{% macro next_minute(instant) -%}
    date_trunc('minute', {{ instant }} + interval '1 minute' - interval '1 microsecond')
{%- endmacro %}

{#-
    Rows of `touched` with the devices (of the CTE `devices`) whose rows a source may have, so
    that nobody's other devices are looked for in its tables.
-#}
{% macro with_devices_of(source, touched) %}
    select
        {{ touched }}.*,
        owned.device_ids
    from {{ touched }}
    inner join (
        select
            participant_id,
            array_agg(device_id) as device_ids
        from devices
        {% if describing_source(source) %}
        where sources ? '{{ describing_source(source) }}'
        {% endif %}
        group by participant_id
    ) as owned on {{ touched }}.participant_id = owned.participant_id
{% endmacro %}
