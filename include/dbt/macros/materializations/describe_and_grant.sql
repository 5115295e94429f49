{#-
    Comments and rights of a relation as its YAML states them, written only where they differ:
    a table that is there for years is described again only when its description changes.
    Rights that somebody gave by hand stay.
-#}
{% macro describe_and_grant(relation) %}
    {% set stored = run_query(
        "select coalesce(a.attname, '') as name, d.description from pg_description as d"
        ~ " left join pg_attribute as a on a.attrelid = d.objoid and a.attnum = d.objsubid"
        ~ " and d.objsubid > 0 where d.classoid = 'pg_class'::regclass"
        ~ " and d.objoid = '" ~ relation ~ "'::regclass"
    ).rows %}
    {% set comments = {} %}
    {% for row in stored %}
        {% do comments.update({row[0]: row[1]}) %}
    {% endfor %}
    {% set statements = [] %}
    {% if model.description != comments.get('', '') %}
        {% do statements.append(
            'comment on ' ~ relation.type ~ ' ' ~ relation ~ ' is ' ~ sql_text(model.description)
        ) %}
    {% endif %}
    {% for column in model.columns.values() if column.description != comments.get(column.name, '') %}
        {% do statements.append(
            'comment on column ' ~ relation ~ '.' ~ column.name ~ ' is '
            ~ sql_text(column.description)
        ) %}
    {% endfor %}
    {% do statements.extend(missing_grants(relation)) %}
    {% if statements %}
        {% do run_query(statements | join(';\n')) %}
    {% endif %}
{% endmacro %}

{% macro missing_grants(relation) %}
    {% set readers = config.get('grants', {}).get('select', []) %}
    {% if not readers %}
        {{ return([]) }}
    {% endif %}
    {% set lacking = run_query(
        "select rolname from pg_roles where rolname in ('" ~ readers | join("', '") ~ "')"
        ~ " and not has_table_privilege(oid, '" ~ relation ~ "'::regclass, 'select')"
    ).columns[0].values() %}
    {{ return(['grant select on ' ~ relation ~ ' to ' ~ lacking | join(', ')] if lacking else []) }}
{% endmacro %}

{% macro sql_text(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}
