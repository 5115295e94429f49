{#-
    Raw rows that lie in cold storage cannot be read, so nothing is made of them again: what was
    made of them stays, and what was due is noted in stage.deferred_ranges until they are back.
-#}

{#-
    The archive drops no chunk while a model is between looking at what is archived and reading raw.
    What is looked at after this lock was taken holds for the transaction.
-#}
{% macro stay_with_raw_sql() %}
    select pg_advisory_xact_lock_shared(hashtextextended('vitals archive', 0))
{% endmacro %}

{% macro anything_archived_sql() %}
    select
        exists (select from archive.absent_ranges)
        or exists (select from stage.deferred_ranges where model_name = '{{ this.name }}')
{% endmacro %}

{#-
    Take what is archived out of stage.rebuild_ranges and note it, and take up what was noted and is
    no longer archived. A model that does not read raw itself is rebuilt all the same, from the
    minutes that stayed; it takes up what was noted as well, because what it reads changes then.
-#}
{% macro defer_archived_sql(everything) %}
    {% set entity = config.get('entity') %}
    create temporary table cut_ranges on commit drop as
    with due as (
        select participant_id, start_ts, end_ts
        from stage.rebuild_ranges
        where model_name = '{{ this.name }}'
    {% if everything and entity %}
        union all
        select participant_id, '-infinity', 'infinity'
        from stage.archived_ranges
        where entity = '{{ entity }}'
    {% endif %}
    ),

    ranges as (
        select participant_id, start_ts, end_ts
        from stage.deferred_ranges
        where model_name = '{{ this.name }}'
    ),

    noted as (
        {{ widened_ranges_sql() if config.get('widen_by_own_intervals') else 'select * from ranges' }}
    ),

    away as (
        {{ archived_ranges_sql(entity) }}
    ),

    spans as (
        select
            participant_id,
            coalesce(range_agg(span) filter (where what = 'due'), '{}') as due,
            coalesce(range_agg(span) filter (where what = 'noted'), '{}') as noted,
            coalesce(range_agg(span) filter (where what = 'away'), '{}') as away
        from (
            select participant_id, tstzrange(start_ts, end_ts) as span, 'due' as what from due
            union all
            select participant_id, tstzrange(start_ts, end_ts), 'noted' from noted
            union all
            select participant_id, tstzrange(start_ts, end_ts), 'away' from away
        ) as every
        group by participant_id
    )

    select
        participant_id,
        {{ '(due + noted) - away' if entity else 'due + (noted - away)' }} as rebuilt,
        (due + noted) * away as deferred
    from spans;

    delete from stage.rebuild_ranges where model_name = '{{ this.name }}';
    insert into stage.rebuild_ranges (model_name, participant_id, start_ts, end_ts)
    select '{{ this.name }}', participant_id, lower(span), upper(span)
    from cut_ranges cross join unnest(rebuilt) as spans (span);

    delete from stage.deferred_ranges where model_name = '{{ this.name }}';
    insert into stage.deferred_ranges (model_name, participant_id, start_ts, end_ts, noted_at)
    select '{{ this.name }}', participant_id, lower(span), upper(span), clock_timestamp()
    from cut_ranges cross join unnest(deferred) as spans (span);
{% endmacro %}

{#-
    What is archived of the rows that a model reads; of all rows, if it does not read raw itself. A
    table of intervals keeps those that reach into it whole. A table of days keeps the days around
    it: no zone and no slack of touched days is longer than three.
-#}
{% macro archived_ranges_sql(entity) %}
    {% set slack = '3 days' if entity and config.get('rebuild') == 'days' else '0' %}
        select participant_id, start_ts, end_ts
        from (
            with ranges as (
                select
                    participant_id,
                    start_ts - interval '{{ slack }}' as start_ts,
                    end_ts + interval '{{ slack }}' as end_ts
                from stage.archived_ranges
                {{ "where entity = '" ~ entity ~ "'" if entity }}
            )

            {{ widened_ranges_sql() if config.get('widen_by_own_intervals') else 'select * from ranges' }}
        ) as archived
{% endmacro %}

{#- Before all rows of a model are made again: all but those whose raw rows are away. -#}
{% macro delete_all_sql(relation) %}
    {% set entity = config.get('entity') %}
    {% if not entity or not run_query(anything_archived_sql()).rows[0][0] %}
        {{ return('truncate ' ~ relation) }}
    {% endif %}
    delete from {{ relation }}
    where participant_id not in (
        select participant_id from stage.archived_ranges where entity = '{{ entity }}'
    );
    {{ delete_touched_sql(relation) }}
{% endmacro %}
