{#-
    view: replaced in place, and only if its definition has changed.

    dbt's own makes a new view and drops the old one, and everything that depends on it with it:
    for some seconds of every run analysts would get errors, and views of theirs would be gone.
    Only a change of existing columns still needs that.
-#}
{% materialization view, adapter='postgres' %}
    {% set target_relation = this.incorporate(type='view') %}
    {% set fresh = 'pg_temp.' ~ this.name ~ '_fresh' %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('lock') %}
        {{ start_work('views') }}
        create temporary view {{ this.name }}_fresh as (
            {{ sql }}
        );
    {% endcall %}
    {% set change = run_query(view_change_sql(target_relation, fresh)).columns[0].values()[0] %}
    {% do run_query('drop view ' ~ fresh) %}

    {% if change == 'none' %}
        {% call noop_statement('main', 'UNCHANGED') %}{% endcall %}
    {% else %}
        {% call statement('main') %}
            {{ 'drop view ' ~ target_relation ~ ' cascade;' if change == 'columns' }}
            create or replace view {{ target_relation }} as (
                {{ sql }}
            )
        {% endcall %}
    {% endif %}

    {% do describe_and_grant(target_relation) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- none: as stored; definition: can be replaced; columns: stored ones are gone or changed. -#}
{% macro view_change_sql(relation, fresh) %}
    with columns_of_views as (
        select
            attrelid,
            array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum) as columns
        from pg_attribute
        where attrelid in (to_regclass('{{ relation }}'), '{{ fresh }}'::regclass)
        group by attrelid
    )

    select
        case
            when to_regclass('{{ relation }}') is null then 'definition'
            when
                pg_get_viewdef(to_regclass('{{ relation }}'))
                = pg_get_viewdef('{{ fresh }}'::regclass)
                then 'none'
            when fresh.columns[:cardinality(stored.columns)] = stored.columns then 'definition'
            else 'columns'
        end as change
    from columns_of_views as fresh
    left join columns_of_views as stored on stored.attrelid = to_regclass('{{ relation }}')
    where fresh.attrelid = '{{ fresh }}'::regclass
{% endmacro %}
