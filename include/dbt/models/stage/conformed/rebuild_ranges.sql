-- depends_on: {{ ref('load_progress') }}
-- depends_on: {{ ref('touched_ranges') }}
-- depends_on: {{ ref('deferred_ranges') }}
select
    null::text as model_name,
    null::text as participant_id,
    null::timestamptz as start_ts,
    null::timestamptz as end_ts
where false
