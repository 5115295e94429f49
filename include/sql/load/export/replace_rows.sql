-- Stored rows whose key comes again with a better value. A sleep may move: both where it was and
-- where it is now are touched.
with better as materialized (
    select
        incoming.*,
        {stored_first} as stored_first,
        {stored_last} as stored_last
    from best as incoming
    inner join raw.{table} as stored on {same_key} {within}
    where ({incoming_rank}) > ({stored_rank})
),

changed as (
    update raw.{table} as stored
    set {assignments}
    from better as incoming
    where {same_key} {within}
    returning
        incoming.file_id,
        incoming.account_id,
        least({incoming_first}, incoming.stored_first) as first_ts,
        greatest({incoming_last}, incoming.stored_last) as last_ts
)

insert into written (file_id, subject_id, first_ts, last_ts)
select
    file_id,
    account_id,
    first_ts,
    last_ts
from changed
