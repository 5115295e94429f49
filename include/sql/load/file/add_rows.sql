-- Rows whose key is not stored yet; bounds as in replace_rows.sql.
with added as (
    insert into raw.{table} ({columns})
    select {values}
    from {incoming} as incoming
    where not exists (
        select from raw.{table} as stored
        where {same_key} and stored.{time} between {first} and {last}
    )
    returning *
)

insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    {subject},
    ({time} at time zone 'UTC')::date,
    min({time}),
    max({end_time}),
    count(*)
from added
group by 1, 2
