select
    user_id,
    gender,
    date_of_birth,
    height_cm,
    weight_kg,
    city,
    region,
    country_code,
    created_at,
    updated_at
from oltp.users
order by user_id
