select
    participant_id,
    load_id,
    seen_at,
    seen_at as created_at,
    date_of_birth,
    null::integer as stated_age_years,
    null::double precision as max_heart_rate_bpm,
    lower(gender) as gender,
    height_cm,
    null::text as email,
    null::text as country_code,
    devices,
    time_zones
from {{ source('account_exports', 'profiles') }}
