-- A new version of a row where it differs from the newest one stored.
with newest as (
    select distinct on (stored.user_id) stored.*
    from raw.{table} as stored
    where stored.user_id in (select staged.user_id from staged)
    order by stored.user_id, stored.load_id desc
),

added as (
    insert into raw.{table} ({columns})
    select {values}
    from staged as incoming
    where not exists (
        select from newest as stored
        where {same_key} and ({incoming_values}) is not distinct from ({stored_values})
    )
    returning user_id
)

insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    user_id,
    (now() at time zone 'UTC')::date,
    '-infinity',
    'infinity',
    1
from added
