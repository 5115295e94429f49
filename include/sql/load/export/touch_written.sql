insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    subject_id,
    (first_ts at time zone 'UTC')::date,
    min(first_ts),
    max(last_ts),
    count(*)
from written
group by 1, 2
