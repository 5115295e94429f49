-- Rows that are not stored yet, or whose stored version has just been removed.
with added as (
    insert into raw.{table} as stored ({columns})
    select {values}
    from staged as incoming
    where not exists (
        select from raw.{table} as stored
        where {same_key} {within_time}
    )
    returning {stored_key}, {first_ts} as first_ts, {last_ts} as last_ts
)

insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    account_id,
    (first_ts at time zone 'UTC')::date,
    min(first_ts),
    max(last_ts),
    count(*)
from added
group by 1, 2
