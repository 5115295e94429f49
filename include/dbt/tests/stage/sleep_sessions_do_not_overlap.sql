-- Sleeps of one source that overlap or touch must have been merged.
with sessions as (
    select
        participant_id,
        source,
        start_ts,
        lag(end_ts) over (partition by participant_id, source order by start_ts) as previous_end_ts
    from {{ ref('sleep_sessions') }}
)

select *
from sessions
where start_ts <= previous_end_ts
