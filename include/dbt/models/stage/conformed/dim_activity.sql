with changes as (
    select * from {{ ref('stg_oltp__activities') }}
),

-- Two changes at one instant are one.
moments as (
    select distinct on (activity_id, changed_at) *
    from changes
    order by activity_id, changed_at, load_id desc
),

timeline as (
    select
        *,
        lead(changed_at) over by_time as next_changed_at,
        lead(is_deleted, 1, false) over by_time as ends_deleted,
        lag(changed_at) over by_time is null as is_first
    from moments
    window by_time as (partition by activity_id order by changed_at)
),

numbered as (
    select
        *,
        row_number() over (partition by activity_id order by changed_at) as version
    from timeline
    where not is_deleted
)

select
    {{ surrogate_key('activity_id', 'changed_at') }} as activity_key,
    activity_id,
    version,
    load_id,
    activity_name,
    category,
    met,
    -- An activity has no date of birth: what it was before it was first read, nobody knows better.
    case when is_first then '-infinity' else changed_at end as valid_from,
    coalesce(next_changed_at, 'infinity') as valid_to,
    next_changed_at is null as is_current,
    ends_deleted as is_deleted
from numbered
union all
select
    {{ unknown_key() }} as activity_key,
    '(unknown)' as activity_id,
    0 as version,
    null as load_id,
    null as activity_name,
    null as category,
    null as met,
    '-infinity' as valid_from,
    'infinity' as valid_to,
    false as is_current,
    false as is_deleted
