{#-
    Fails for each finished load that a table has not taken in for longer than `within`: the
    transformation is off, or fails. A table that adds the rows of each load (rebuild: loads) waits
    for loads of its own source; the others for all that touched something.
-#}
{% test loads_taken_in(model, within) %}
{% set adding = [] %}
{% for node in (graph.nodes.values() if execute else []) if node.config.get('rebuild') == 'loads' %}
    {% do adding.append("('" ~ node.name ~ "', '" ~ node.config.get('events').source ~ "')") %}
{% endfor %}
with adding (model_name, source) as (
    values {{ adding | join(', ') or "('', '')" }}
)

select
    progress.model_name,
    loads.load_id,
    loads.source,
    loads.resource,
    loads.finished_at
from {{ model }} as progress
left join adding on progress.model_name = adding.model_name
inner join raw.loads
    on
        not loads.load_id <@ progress.loads
        and (adding.source is null or loads.source = adding.source)
where
    loads.status <> 'running'
    and loads.finished_at < now() - interval '{{ within }}'
    -- Older ones were found at the time.
    and loads.started_at > now() - interval '30 days'
    and (
        (adding.source is not null and loads.rows_loaded > 0)
        or exists (
            select
            from raw.touched_days as touched
            where touched.load_id = loads.load_id
        )
    )
{% endtest %}
