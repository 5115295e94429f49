-- depends_on: {{ ref('rebuild_ranges') }}
-- depends_on: {{ ref('participant_versions') }}
-- depends_on: {{ ref('participant_time_zones') }}
select
    null::text as model_name,
    null::text as participant_id,
    null::date as first_date,
    null::date as last_date
where false
