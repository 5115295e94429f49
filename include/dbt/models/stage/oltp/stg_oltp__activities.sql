with activities as (
    select * from {{ source('oltp', 'activities') }}
)

select
    activity_id,
    load_id,
    -- See stg_oltp__users.
    max(updated_at) over (partition by activity_id order by load_id) as changed_at,
    is_deleted,
    name as activity_name,
    category,
    met
from activities
