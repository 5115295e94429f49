{#- What a model has to take in, and what that means for its rows. See kept_table. -#}

{#-
    Find the loads this model has to take in and write what they touched to stage.rebuild_ranges
    (and stage.rebuild_days; or the loads to stage.rebuild_loads), where it stays fixed for the whole transaction whatever arrives.

    Everything is made again on `--full-refresh`, and when the definition of the rows is not the
    one that the stored rows were made with: after an upgrade or a change of a setting.

    Returns {nothing, everything, loads, definition}: whether there is nothing to do, whether all
    rows are made again, the load ids as the text of an integer array, and what to remember.
-#}
{% macro take_loads(everything) %}
    {% do run_query(stay_with_raw_sql()) %}
    {% set definition = run_query(definition_sql()).rows[0][0] %}
    {% do run_query('drop view pg_temp.' ~ this.name ~ '_definition') %}
    {% set progress = run_query(
        "select definition from stage.load_progress where model_name = '" ~ this.name ~ "'"
    ).rows %}
    {% set everything = everything or not progress or progress[0][0] != definition %}
    {% set loads = run_query(new_loads_sql(everything)).rows[0][0] %}
    {% set nothing = loads == '{}' and not everything %}
    {% if not nothing and config.get('rebuild') == 'loads' %}
        {% do run_query(take_load_ids_sql(loads)) %}
    {% elif not nothing %}
        {% do run_query(take_ranges_sql(everything, loads)) %}
        {% if run_query(anything_archived_sql()).rows[0][0] %}
            {% do run_query(defer_archived_sql(everything)) %}
        {% endif %}
        {% if config.get('rebuild') == 'days' %}
            {% do run_query(take_days_sql()) %}
        {% endif %}
    {% endif %}
    {{ return({
        'nothing': nothing, 'everything': everything, 'loads': loads, 'definition': definition
    }) }}
{% endmacro %}

{#-
    Hash of what the rows are computed with: this model and all views upstream up to the next
    table, as PostgreSQL understands them, so that layout and comments do not count; and the hashes
    of the tables upstream, because rows of theirs that were made again touch no load.
-#}
{% macro definition_sql() %}
    create temporary view {{ this.name }}_definition as (
        {{ sql }}
    );

    with recursive upstream as (
        select 'pg_temp.{{ this.name }}_definition'::regclass::oid as view_oid
        union
        select dependencies.refobjid as view_oid
        from upstream
        inner join pg_rewrite as rules on upstream.view_oid = rules.ev_class
        inner join pg_depend as dependencies
            on rules.oid = dependencies.objid and dependencies.classid = 'pg_rewrite'::regclass
        inner join pg_class as relations
            on dependencies.refobjid = relations.oid and relations.relkind = 'v'
        where dependencies.refclassid = 'pg_class'::regclass
    ),

    hashed as (
        select md5(
            string_agg(pg_get_viewdef(view_oid), '' order by pg_get_viewdef(view_oid))
            || coalesce((
                select string_agg(definition, '' order by model_name)
                from stage.load_progress
                where model_name in ('{{ rebuilt_upstream(model) | join("', '") }}')
            ), '')
        ) as definition
        from upstream
    )

    select definition from hashed;
{% endmacro %}

{#- The finished loads that a model has not taken in and all tables that it reads from have. -#}
{% macro new_loads_sql(everything) %}
    select coalesce(array_agg(loads.load_id), '{}')::text
    {% if everything %}
    from raw.loads
    where loads.status <> 'running'
    {% else %}
    from stage.load_progress as progress
    cross join lateral raw.untaken_loads(progress.loads) as loads
    where progress.model_name = '{{ this.name }}'
    {% endif %}
        {% for upstream in rebuilt_upstream(model) %}
        and loads.load_id <@ (
            select progress.loads
            from stage.load_progress as progress
            where progress.model_name = '{{ upstream }}'
        )
        {% endfor %}
{% endmacro %}

{#-
    Names of the nearest models upstream that take in loads themselves, found in the lineage. Each
    model is looked at once: many ways lead to the staging models.
-#}
{% macro rebuilt_upstream(node) %}
    {% set found = [] %}
    {% set to_visit = [] + node.depends_on.nodes %}
    {#- A list that grows while it is read: Jinja has no other loop without a known end. -#}
    {% for parent in to_visit if parent.startswith('model.') %}
        {% set parent_node = graph.nodes[parent] %}
        {% if parent_node.config.get('rebuild') in ['ranges', 'days', 'loads'] %}
            {% do found.append(parent_node.name) %}
        {% else %}
            {% do to_visit.extend(
                parent_node.depends_on.nodes | reject('in', to_visit) | list
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(found | unique | list) }}
{% endmacro %}

{#-
    Touched ranges of the new loads in whole minutes, merged where they are less than a day apart,
    as few long reads are faster than many short ones.
-#}
{% macro take_ranges_sql(everything, loads) %}
    delete from stage.rebuild_ranges where model_name = '{{ this.name }}';

    insert into stage.rebuild_ranges (model_name, participant_id, start_ts, end_ts)
    {% if everything %}
    select distinct
        '{{ this.name }}',
        participant_id,
        '-infinity'::timestamptz,
        'infinity'::timestamptz
    from stage.participant_devices;
    {% else %}
    with touched as (
        select
            participant_id,
            tstzrange(
                date_trunc('minute', first_ts),
                date_trunc('minute', last_ts) + interval '1 minute' + interval '1 day'
            ) as span
        from stage.touched_ranges
        where
            load_id = any('{{ loads }}'::integer[])
            {% if config.get('entity') %}
            and entity = '{{ config.get('entity') }}'
            {% endif %}
    ),

    merged as (
        select
            participant_id,
            unnest(range_agg(span)) as span
        from touched
        group by participant_id
    ),

    ranges as (
        select
            participant_id,
            lower(span) as start_ts,
            upper(span) - interval '1 day' as end_ts
        from merged
    ),

    final as (
        {{ widened_ranges_sql() if config.get('widen_by_own_intervals') else 'select * from ranges' }}
    )

    select '{{ this.name }}', participant_id, start_ts, end_ts
    from final;
    {% endif %}
{% endmacro %}

{#-
    For a table of disjoint intervals (start_ts, end_ts): a range that touches stored intervals
    grows to contain them, because what is new may join them.
-#}
{% macro widened_ranges_sql() %}
        select
            participant_id,
            lower(span) as start_ts,
            upper(span) as end_ts
        from (
            select
                ranges.participant_id,
                unnest(range_agg(tstzrange(
                    least(ranges.start_ts, stored.start_ts),
                    greatest(ranges.end_ts, stored.end_ts)
                ))) as span
            from ranges
            left join {{ this }} as stored
                on
                    ranges.participant_id = stored.participant_id
                    and ranges.start_ts <= stored.end_ts
                    and ranges.end_ts >= stored.start_ts
            group by ranges.participant_id
        ) as widened
{% endmacro %}

{#-
    Local days of the touched ranges. A heart rate also changes the day on which the sleep around
    it ended, and a sleep the day on which the sleep it was merged into ends. Where a participant
    has a source that states local dates, they may differ from those of the zone by a day.
-#}
{% macro take_days_sql() %}
    {% set period = config.get('period', 'day') %}
    delete from stage.rebuild_days where model_name = '{{ this.name }}';

    insert into stage.rebuild_days (model_name, participant_id, first_date, last_date)
    with ranges as (
        {{ ranges_with_sleeps_sql() if not config.get('entity') else ranges_alone_sql() }}
    ),

    date_slack as (
        select
            participant_id,
        {% if stating_sources_describe_themselves() %}
            max((source <> all({{ text_array(var('zone_dated_sources')) }}))::integer) as days
        {% else %}
            1 as days
        {% endif %}
        from stage.participant_versions
        group by participant_id
    ),

    local_days as (
        select
            ranges.participant_id,
            min(greatest(ranges.start_ts, zones.valid_from) at time zone zones.time_zone)
                as first_local_ts,
            max(least(ranges.end_ts, zones.valid_to) at time zone zones.time_zone)
                as last_local_ts
        from ranges
        inner join stage.participant_time_zones as zones
            on
                ranges.participant_id = zones.participant_id
                and ranges.start_ts <= zones.valid_to
                and ranges.end_ts >= zones.valid_from
        group by ranges.participant_id, ranges.start_ts
    ),

    merged as (
        select
            participant_id,
            unnest(range_agg(daterange(
                date_trunc(
                    '{{ period }}', first_local_ts - make_interval(days => date_slack.days)
                )::date,
                (
                    date_trunc('{{ period }}', last_local_ts + make_interval(days => date_slack.days))
                    + interval '1 {{ period }}'
                )::date
            ))) as date_range
        from local_days
        inner join date_slack using (participant_id)
        group by participant_id
    )

    select
        '{{ this.name }}',
        participant_id,
        lower(date_range),
        upper(date_range) - 1
    from merged;
{% endmacro %}

{% macro ranges_alone_sql() %}
        select participant_id, start_ts, end_ts
        from stage.rebuild_ranges
        where model_name = '{{ this.name }}'
{% endmacro %}

{#- Up to the end of the sleep that a range lies in, or of the last one if sources have several. -#}
{% macro ranges_with_sleeps_sql() %}
        select
            ranges.participant_id,
            ranges.start_ts,
            greatest(ranges.end_ts, sleep.end_ts) as end_ts
        from stage.rebuild_ranges as ranges
        left join lateral (
            select max(latest.end_ts) as end_ts
            from unnest({{ text_array(entity_sources('sleeps')) }}) as sources (source)
            cross join lateral (
                select sessions.end_ts
                from stage.sleep_sessions as sessions
                where
                    sessions.participant_id = ranges.participant_id
                    and sessions.source = sources.source
                    and sessions.start_ts <= ranges.end_ts
                order by sessions.start_ts desc
                limit 1
            ) as latest
            where latest.end_ts >= ranges.start_ts
        ) as sleep on true
        where ranges.model_name = '{{ this.name }}'
{% endmacro %}

{#-
    Whether the participants of every source that states local dates are described as such, so that
    those who have one can be told from those who have none.
-#}
{% macro stating_sources_describe_themselves() %}
    {% set strangers = [] %}
    {% for source in all_sources()
        if source not in var('zone_dated_sources') and not describing_source(source) %}
        {% do strangers.append(source) %}
    {% endfor %}
    {{ return(not strangers) }}
{% endmacro %}

{#-
    One statement per range with literal bounds, because only those let the planner leave out
    chunks of a hypertable when it deletes. The sources are named where they are part of the key.
-#}
{% macro delete_touched_sql(relation) %}
    {% set by_days = config.get('rebuild') == 'days' %}
    {% set source = 'stage.rebuild_days' if by_days else 'stage.rebuild_ranges' %}
    {% set column = config.require('time_column') %}
    {% set whose = "participant_id = %L and source = any(" ~ text_array(all_sources()) | replace("'", "''") ~ ")"
        if 'source' in model.columns else 'participant_id = %L' %}
    do $$
    declare
        touched record;
    begin
        for touched in select * from {{ source }} where model_name = '{{ this.name }}' loop
            execute format(
                'delete from {{ relation }} where {{ whose }} and {{ column }} >= %L and {{ column }} {{ '<=' if by_days else '<' }} %L',
                touched.participant_id,
                {{ 'touched.first_date, touched.last_date' if by_days else 'touched.start_ts, touched.end_ts' }}
            );
        end loop;
    end
    $$;
{% endmacro %}

{#- After a change of the project that did not concern this model; see dbt_project.prepare. -#}
{% macro looked_again_sql() %}
    update stage.load_progress set taken_at = clock_timestamp()
    where model_name = '{{ this.name }}' and taken_at = '-infinity'
{% endmacro %}

{% macro mark_loads_taken_sql(changes) %}
    insert into stage.load_progress as progress (model_name, loads, definition, taken_at)
    select
        '{{ this.name }}',
        coalesce(range_agg(int4range(load_id, load_id, '[]')), '{}'),
        '{{ changes.definition }}',
        clock_timestamp()
    from unnest('{{ changes.loads }}'::integer[]) as new_loads (load_id)
    on conflict (model_name) do update set
        loads = {{ '' if changes.everything else 'progress.loads + ' }}excluded.loads,
        definition = excluded.definition,
        taken_at = excluded.taken_at
{% endmacro %}
