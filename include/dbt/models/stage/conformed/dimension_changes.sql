with participants as (
    select
        load_id,
        participant_id,
        changed_at,
        rank() over (partition by participant_id order by changed_at) = 1 as is_first
    from {{ ref('participant_changes') }}
),

activities as (
    select
        load_id,
        activity_id,
        changed_at,
        rank() over (partition by activity_id order by changed_at) = 1 as is_first
    from {{ ref('stg_oltp__activities') }}
),

-- A new history of zones moves the local time of everything.
zones as (
    select
        load_id,
        participant_id
    from {{ ref('touched_ranges') }}
    where entity = 'heart_rates' and first_ts = '-infinity'
)

-- The first version of a member reaches back to its creation, or for ever.
select
    load_id,
    'participant'::text as dimension,
    participant_id as member_id,
    case when is_first then '-infinity' else changed_at end as first_ts
from participants
union all
select
    load_id,
    'activity'::text as dimension,
    activity_id as member_id,
    case when is_first then '-infinity' else changed_at end as first_ts
from activities
union all
select
    load_id,
    'participant'::text as dimension,
    participant_id as member_id,
    '-infinity'::timestamptz as first_ts
from zones
