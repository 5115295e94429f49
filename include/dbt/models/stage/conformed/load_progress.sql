select
    null::text as model_name,
    null::int4multirange as loads,
    null::timestamptz as taken_at
where false
