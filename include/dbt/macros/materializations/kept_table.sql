{#-
    kept_table: a table that is made once from its contract and then changed in place.

    config `rebuild` says what a run replaces, always in one transaction:
    - ranges: for each participant the touched time ranges (stage.rebuild_ranges); `time_column`
      is the column they apply to, `entity` whose loads touch it;
    - days: the touched local days (stage.rebuild_days), widened to whole weeks or months where
      `period` says so; `time_column` is the column with the date;
    - loads: nothing; the rows of new loads are added, and keys of stored rows are looked up again
      where a dimension has changed (loads.sql);
    - all: everything (small tables that follow from the code);
    - never: nothing (the state of the transformation itself).

    With `ranges`, `days` and `loads` a model takes in every finished load that it has not taken in before
    and that all the tables it reads from have. Which ones those are is kept per model in
    stage.load_progress, in the same transaction as the rows. So it does not matter who runs what
    when: two runs at once wait for each other, a killed run leaves nothing behind, and a model
    that was left out takes in everything at its next run.
-#}
{% materialization kept_table, adapter='postgres' %}
    {% set target_relation = this.incorporate(type='table') %}
    {% set rebuild = config.require('rebuild') %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('lock') %}
        {{ start_work(target_relation) }}
    {% endcall %}
    {% set everything = align_table(target_relation) or should_full_refresh() %}

    {% set takes_loads = rebuild in ['ranges', 'days', 'loads'] %}
    {% if takes_loads %}
        {% set changes = take_loads(everything) %}
    {% else %}
        {% set same = rebuild == 'never' or run_query(same_rows_sql(target_relation)).rows[0][0] %}
        {% set changes = {'nothing': same, 'everything': true} %}
    {% endif %}

    {% if changes.nothing %}
        {% if takes_loads %}
            {% do run_query(looked_again_sql()) %}
        {% endif %}
        {% call noop_statement('main', 'UNCHANGED') %}{% endcall %}
    {% else %}
        {% if rebuild == 'all' %}
            {% do run_query('delete from ' ~ target_relation) %}
        {% elif rebuild == 'loads' %}
            {% if changes.everything %}
                {% do run_query(delete_loaded_sql(target_relation)) %}
            {% endif %}
        {% elif changes.everything %}
            {% do run_query(delete_all_sql(target_relation)) %}
        {% else %}
            {% do run_query(delete_touched_sql(target_relation)) %}
        {% endif %}
        {% set columns = model.columns.keys() | join(', ') %}
        {% call statement('main') %}
            insert into {{ target_relation }} ({{ columns }})
            select {{ columns }} from (
                {{ sql }}
            ) as rebuilt
            {{ 'on conflict do nothing' if rebuild == 'loads' }}
        {% endcall %}
        {% if rebuild == 'loads' %}
            {% do resolve_again(target_relation, changes) %}
        {% endif %}
        {% if changes.everything %}
            {% do run_query('analyze ' ~ target_relation) %}
        {% endif %}
        {% if takes_loads %}
            {% do run_query(mark_loads_taken_sql(changes)) %}
        {% endif %}
    {% endif %}

    {% do describe_and_grant(target_relation) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- Whether the table already holds exactly the rows of the model. -#}
{% macro same_rows_sql(relation) %}
    {% set columns = model.columns.keys() | join(', ') %}
    with fresh as (
        select {{ columns }} from (
            {{ sql }}
        ) as rebuilt
    ),

    stored as (
        select {{ columns }} from {{ relation }}
    )

    select not exists (
        (table fresh except all table stored) union all (table stored except all table fresh)
    )
{% endmacro %}
