select
    null::text as model_name,
    null::int4multirange as loads,
    null::text as definition,
    null::timestamptz as taken_at
where false
