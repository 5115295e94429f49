-- depends_on: {{ ref('rebuild_ranges') }}
-- depends_on: {{ ref('participant_time_zones') }}
-- depends_on: {{ ref('sleep_sessions') }}
select
    null::text as model_name,
    null::text as participant_id,
    null::date as first_date,
    null::date as last_date
where false
