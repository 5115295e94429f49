-- depends_on: {{ ref('load_progress') }}
-- depends_on: {{ ref('dimension_changes') }}
select
    null::text as model_name,
    null::integer as load_id
where false
