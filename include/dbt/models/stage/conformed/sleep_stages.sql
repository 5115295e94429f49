with sessions as (
    select * from {{ ref('sleep_sessions') }}
)

select
    sessions.participant_id,
    sessions.source,
    sessions.start_ts as session_start_ts,
    sessions.local_date,
    stages.stage,
    lower(stages.span) as start_ts,
    upper(stages.span) as end_ts,
    extract(epoch from upper(stages.span) - lower(stages.span))::double precision / 60 as minutes
from sessions
cross join lateral (
    select
        'awake' as stage,
        unnest(sessions.awake) as span
    union all
    select
        'deep' as stage,
        unnest(sessions.deep) as span
    union all
    select
        'rem' as stage,
        unnest(sessions.rem) as span
    union all
    select
        'light' as stage,
        unnest(sessions.light) as span
) as stages
