-- What was restored is to be rebuilt downstream.
insert into raw.touched_days (
    load_id, source, resource, subject_id, utc_date, first_ts, last_ts
)
select
    {load_id},
    '{source}',
    '{resource}',
    {subject},
    ({time} at time zone 'UTC')::date as utc_date,
    min({time}),
    greatest(max({end_time}), min({time}))
from raw.{table}
where
    {time} between timestamptz '{first}' and timestamptz '{last}'
    and {subject} = any(array(select jsonb_array_elements_text('{subjects}'::jsonb)))
group by {subject}, utc_date
