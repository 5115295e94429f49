-- A new version of a row where it differs from the newest one stored.
with newest as (
    select distinct on ({stored_key}) stored.*
    from raw.{table} as stored
    where stored.{subject} in (select staged.{subject} from staged)
    order by {stored_key}, stored.load_id desc
),

added as (
    insert into raw.{table} ({columns})
    select {values}
    from staged as incoming
    where not exists (
        select from newest as stored
        where {same_key} and ({incoming_values}) is not distinct from ({stored_values})
    )
    returning {subject}
)

insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    {subject},
    (now() at time zone 'UTC')::date,
    '-infinity',
    'infinity',
    count(*)
from added
group by 1
