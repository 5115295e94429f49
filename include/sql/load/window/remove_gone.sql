-- Stored rows of the days that a load has read whole, where the source no longer states them like
-- this: gone, or about to be replaced. A row that moved in from another day is replaced as well.
-- The literal bounds of time let the planner leave out the chunks of other days.
with wanted as (
    select loads.account_id, loads.first_date, loads.last_date, loads.rows_rejected
    from raw.loads
    where loads.load_id = {load_id}
),

gone as (
    delete from raw.{table} as stored
    where
        stored.account_id = (select wanted.account_id from wanted)
        {within_time}
        and (
            (
                stored.local_date between
                    (select wanted.first_date from wanted) and (select wanted.last_date from wanted)
                and (select wanted.rows_rejected from wanted) = 0
            )
            or exists (select from staged as incoming where {same_key})
        )
        and not exists (
            select from staged as incoming
            where {same_key} and ({incoming_values}) is not distinct from ({stored_values})
        )
    returning {stored_key}, {first_ts} as first_ts, {last_ts} as last_ts
),

noted as (
    insert into touched (subject_id, utc_date, first_ts, last_ts, row_count)
    select
        account_id,
        (first_ts at time zone 'UTC')::date,
        min(first_ts),
        max(last_ts),
        0
    from gone
    group by 1, 2
)

update raw.loads
set rows_deleted = rows_deleted + (
    select count(*)
    from gone as stored
    where not exists (select from staged as incoming where {same_key})
)
where loads.load_id = {load_id}
