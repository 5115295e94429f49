with users as (
    select * from {{ source('oltp', 'users') }}
)

select
    user_id as participant_id,
    load_id,
    -- The clock of a transaction that waited for another one may be behind what was read before.
    max(updated_at) over (partition by user_id order by load_id) as changed_at,
    is_deleted,
    created_at,
    date_of_birth,
    lower(gender) as gender,
    height_cm,
    weight_kg,
    city,
    region,
    upper(country_code) as country_code
from users
