{% set new_events %}
    -- The bounds let an index find the blocks of the loads; between them may be others.
    select events.*
    from {{ ref('stg_stream__heart_rates') }} as events
    inner join {{ ref('rebuild_loads') }} as loads
        on events.load_id = loads.load_id and loads.model_name = 'fct_heart_rates'
    where
        events.load_id >= (
            select min(load_id) from {{ ref('rebuild_loads') }}
            where model_name = 'fct_heart_rates'
        )
        and events.load_id <= (
            select max(load_id) from {{ ref('rebuild_loads') }}
            where model_name = 'fct_heart_rates'
        )
{% endset %}

-- Rows of a participant side by side, which also makes inserting them a little faster.
{{ resolved_heart_rates(new_events) }}
order by events.participant_id, events.ts
