{#-
    Tables are made from their contract alone, before any model runs, and are then kept for good:
    views on them, grants and comments survive every run, and `--select tag:static` works on an
    empty database.
-#}

{#-
    Run at the start of every dbt command; returns nothing when all tables are there. A column that
    an upgrade brings is added here already, still empty, because the views that read it may be made
    before the rows are made again; see align_table.
-#}
{% macro create_missing_tables() %}
    {% if not execute or flags.WHICH not in ['run', 'build', 'seed', 'test'] %}
        {{ return('') }}
    {% endif %}
    {% set wanted = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('config.materialized', 'equalto', 'kept_table') | list %}
    {% set existing = run_query(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('stage', 'agg')"
    ).columns[0].values() %}
    {% set statements = [] %}
    {% set views = run_query(
        "select schemaname || '.' || viewname from pg_views where schemaname in ('stage', 'agg')"
    ).columns[0].values() %}
    {% for node in wanted if node.schema ~ '.' ~ node.name not in existing %}
        -- An earlier version may have had a view of that name.
        {% if node.schema ~ '.' ~ node.name in views %}
            {% do statements.append('drop view ' ~ node.schema ~ '.' ~ node.name ~ ' cascade;') %}
        {% endif %}
        {% do statements.append(create_kept_table_sql(node)) %}
    {% endfor %}
    {% set stored = run_query(
        "select schemaname || '.' || tablename || '.' || attname from pg_tables"
        " inner join pg_attribute on attrelid = format('%I.%I', schemaname, tablename)::regclass"
        " where schemaname in ('stage', 'agg') and attnum > 0 and not attisdropped"
    ).columns[0].values() %}
    {% for node in wanted if node.schema ~ '.' ~ node.name in existing %}
        {% set name = node.schema ~ '.' ~ node.name %}
        {% for column in node.columns.values() if name ~ '.' ~ column.name not in stored %}
            {% do statements.append(
                'alter table ' ~ name ~ ' add column ' ~ column.name ~ ' ' ~ column.data_type ~ ';'
            ) %}
            -- So that its rows are made again.
            {% do statements.append(
                "update stage.load_progress set definition = '' where model_name = '" ~ node.name ~ "';"
            ) %}
        {% endfor %}
    {% endfor %}
    {% if statements %}
        {{ return('begin;\n' ~ start_work('tables') ~ statements | join('\n') ~ '\ncommit;') }}
    {% endif %}
    {{ return('') }}
{% endmacro %}

{#- DDL of one table from its columns and constraints in YAML; does nothing if it is there. -#}
{% macro create_kept_table_sql(node) %}
    {% set name = node.schema ~ '.' ~ node.name %}
    {% set parts = adapter.render_raw_columns_constraints(raw_columns=node.columns)
        + adapter.render_raw_model_constraints(raw_constraints=node.constraints) %}
    create table if not exists {{ name }} (
        {{ parts | join(',\n        ') }}
    );
    {% set hypertable = node.config.get('hypertable') %}
    {% if hypertable %}
    select create_hypertable(
        '{{ name }}',
        by_range('{{ hypertable.column }}', interval '{{ hypertable.chunk }}'),
        create_default_indexes => false,
        if_not_exists => true
    );
    {% endif %}
    {% for index in node.config.get('indexes', []) %}
    create index if not exists {{ node.name }}_by_{{ index.columns | join('_') }}
        on {{ name }} ({{ index.columns | join(', ') }});
    {% endfor %}
    {% set readers = node.config.get('grants', {}).get('select', []) %}
    {% if readers %}
    -- Empty is an answer; not being allowed to ask is none.
    grant select on {{ name }} to {{ readers | join(', ') }};
    {% endif %}
{% endmacro %}

{#-
    What every transaction of ours starts with. The lock is released at its end: whoever wants the
    same thing waits. dbt sets the role when it connects, and loses it if it rolls back after.
-#}
{% macro start_work(name) %}
    set local role {{ target.role }};
    set local timezone = 'UTC';
    set local work_mem = '64MB';
    select pg_advisory_xact_lock(hashtextextended('vitals dbt {{ name }}', 0));
{% endmacro %}

{#-
    Bring the model's table to its contract; returns whether its rows have to be made again. New
    columns have been added and get their constraints, and the primary key is replaced. Anything else needs `--full-refresh`, as it
    drops the table, and the views that others made on it go with it.
-#}
{% macro align_table(relation) %}
    {% set differences = run_query(column_differences_sql(relation)).rows %}
    {% set stored_key = run_query(stored_key_sql(relation)).rows %}
    {% set wanted_key = model.constraints | selectattr('type', 'equalto', 'primary_key') | list %}
    {% set same_key = not wanted_key
        or stored_key and wanted_key[0].columns | join(', ') == stored_key[0].columns %}
    {% if not differences and same_key %}
        {{ return(false) }}
    {% endif %}
    {% if differences | rejectattr('is_missing_not_null') | list | length == 0 %}
        {% do run_query('truncate ' ~ relation) %}
        {% for column in differences %}
            {% do run_query(
                'alter table ' ~ relation ~ ' alter column ' ~ column.column_name ~ ' set not null'
            ) %}
        {% endfor %}
        {% if not same_key %}
            {% for key in stored_key %}
                {% do run_query('alter table ' ~ relation ~ ' drop constraint ' ~ key.name) %}
            {% endfor %}
            {% do run_query(
                'alter table ' ~ relation
                ~ ' add primary key (' ~ wanted_key[0].columns | join(', ') ~ ')'
            ) %}
        {% endif %}
    {% elif should_full_refresh() %}
        {% do run_query('drop table ' ~ relation ~ ' cascade; ' ~ create_kept_table_sql(model)) %}
    {% else %}
        {% do exceptions.raise_compiler_error(
            relation ~ ' has other columns than its model ('
            ~ differences | map(attribute='column_name') | join(', ')
            ~ '): run `dbt build --full-refresh` once'
        ) %}
    {% endif %}
    {{ return(true) }}
{% endmacro %}

{#- Name and columns of the stored primary key. -#}
{% macro stored_key_sql(relation) %}
    select
        keys.conname::text as name,
        string_agg(columns.attname, ', ' order by parts.position) as columns
    from pg_constraint as keys
    cross join unnest(keys.conkey) with ordinality as parts (attnum, position)
    inner join pg_attribute as columns
        on keys.conrelid = columns.attrelid and parts.attnum = columns.attnum
    where keys.conrelid = '{{ relation }}'::regclass and keys.contype = 'p'
    group by keys.conname
{% endmacro %}

{#-
    Columns in which the contract of the model and the stored table differ; and whether they only
    lack a `not null`, as a column does that was added at the start of the command.
-#}
{% macro column_differences_sql(relation) %}
    with wanted (column_name, column_type, is_required) as (
        values
        {% for column in model.columns.values() %}
        (
            '{{ column.name }}',
            to_regtype('{{ column.data_type }}')::text,
            {{ 'not_null' in column.get('constraints', []) | map(attribute='type') }}
        ){{ ',' if not loop.last }}
        {% endfor %}
    ),

    stored as (
        select
            attname::text as column_name,
            format_type(atttypid, atttypmod) as column_type,
            attnotnull as is_required
        from pg_attribute
        where attrelid = '{{ relation }}'::regclass and attnum > 0 and not attisdropped
    )

    select
        column_name,
        wanted.column_type is not distinct from stored.column_type as is_missing_not_null
    from wanted full join stored using (column_name)
    where
        wanted.column_type is distinct from stored.column_type
        or (wanted.is_required and not stored.is_required)
{% endmacro %}
