-- Rows whose key is not stored yet.
with fresh as materialized (
    select incoming.*
    from best as incoming
    where not exists (
        select from raw.{table} as stored
        where {same_key} {within}
    )
),

added as (
    insert into raw.{table} ({columns})
    select {values}
    from fresh as incoming
)

insert into written (file_id, subject_id, first_ts, last_ts)
select
    incoming.file_id,
    incoming.account_id,
    {incoming_first},
    {incoming_last}
from fresh as incoming
