-- Stored rows whose key comes again with a better value. The literal bounds let the planner leave
-- out the chunks of other times, which a join on the key alone would all visit.
with changed as (
    update raw.{table} as stored
    set {assignments}
    from {incoming} as incoming
    where
        {same_key}
        and stored.{time} between {first} and {last}
        and ({incoming_rank}) > ({stored_rank})
    returning incoming.*
)

insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
select
    {subject},
    ({time} at time zone 'UTC')::date,
    min({time}),
    max({end_time}),
    count(*)
from changed
group by 1, 2
