-- depends_on: {{ ref('archived_ranges') }}
select
    null::text as model_name,
    null::text as participant_id,
    null::timestamptz as start_ts,
    null::timestamptz as end_ts,
    null::timestamptz as noted_at
where false
