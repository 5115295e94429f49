{#-
    rebuild: loads. Events never change, so the rows of a load are added once. Only their keys
    depend on what may come later: a version of a participant or an activity that was in force when
    rows that are there already were measured. Those rows are looked up again, from themselves, so
    that it matters neither how much raw has grown nor whether their raw rows are archived.

    config `events`: source and resource whose staged rows are added (stg_<source>__<resource>);
    `resolve`: macro that turns a query of events into rows of the model; `dimensions`: column of
    the model with the members of each dimension of stage.dimension_changes.
-#}

{% macro take_load_ids_sql(loads) %}
    delete from stage.rebuild_loads where model_name = '{{ this.name }}';
    insert into stage.rebuild_loads (model_name, load_id)
    select '{{ this.name }}', load_id
    from raw.loads
    where
        load_id = any('{{ loads }}'::integer[])
        and source = '{{ config.require('events').source }}';
{% endmacro %}

{#-
    Before all rows are made again: away with those of events that raw still has. What was made of
    archived events stays.
-#}
{% macro delete_loaded_sql(relation) %}
    {% if not run_query(events_archived_sql()).rows[0][0] %}
        {{ return('truncate ' ~ relation) }}
    {% endif %}
    {% set events = config.require('events') %}
    delete from {{ relation }} as stored
    using stage.stg_{{ events.source }}__{{ events.resource }} as present
    where {{ same_key('stored', 'present') }}
{% endmacro %}

{% macro events_archived_sql() %}
    {% set events = config.require('events') %}
    select exists (
        select
        from archive.absent_ranges
        where source = '{{ events.source }}' and resource = '{{ events.resource }}'
    )
{% endmacro %}

{#- Of the rows that were there before those whose dimensions have changed since. -#}
{% macro resolve_again(relation, changes) %}
    {% set found = run_query(resolve_since_sql(changes)).rows %}
    {% if found and found[0][0] %}
        {% do run_query(resolve_again_sql(relation, changes, found[0][0])) %}
    {% endif %}
{% endmacro %}

{#- From which instant on rows may have to be looked up again; NULL if none. -#}
{% macro resolve_since_sql(changes) %}
    {% if changes.everything %}
    select '-infinity' where ({{ events_archived_sql() }})
    {% else %}
    select min(first_ts)::text
    from stage.dimension_changes
    where load_id = any('{{ changes.loads }}'::integer[])
    {% endif %}
{% endmacro %}

{#-
    Look up the keys of stored rows again whose dimensions the new loads have changed. The literal
    bound lets the planner leave out the chunks before it.
-#}
{% macro resolve_again_sql(relation, changes, since) %}
    {% set events %}
        {% if changes.everything %}
        select * from {{ relation }}
        {% else %}
        {% for dimension, column in config.require('dimensions').items() %}
        select stored.*
        from (
            select
                member_id,
                min(first_ts) as first_ts
            from stage.dimension_changes
            where
                dimension = '{{ dimension }}'
                and load_id = any('{{ changes.loads }}'::integer[])
            group by member_id
        ) as changed
        inner join {{ relation }} as stored
            on changed.member_id = stored.{{ column }} and stored.ts >= changed.first_ts
        where stored.ts >= timestamptz '{{ since }}'
        {{ 'union' if not loop.last }}
        {% endfor %}
        {% endif %}
    {% endset %}
    {% set resolve = context[config.require('resolve')] %}
    {% set key = model_key() %}
    {% set resolved = model.columns.keys() | reject('in', key) | list %}
    update {{ relation }} as stored
    set
        {% for column in resolved %}
        {{ column }} = fresh.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        {{ resolve(events) }}
    ) as fresh
    where
        {{ same_key('stored', 'fresh') }}
        and stored.ts >= timestamptz '{{ since }}'
        and (stored.{{ resolved | join(', stored.') }})
        is distinct from (fresh.{{ resolved | join(', fresh.') }})
{% endmacro %}

{% macro model_key() %}
    {{ return((model.constraints | selectattr('type', 'equalto', 'primary_key') | first).columns) }}
{% endmacro %}

{% macro same_key(left, right) -%}
    {% for column in model_key() -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
