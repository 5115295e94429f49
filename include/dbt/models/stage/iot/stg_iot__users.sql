with users as (
    select * from {{ source('iot', 'users') }}
)

select
    user_id as participant_id,
    load_id,
    seen_at,
    created_at,
    dob as date_of_birth,
    age as stated_age_years,
    null::double precision as max_heart_rate_bpm,
    case lower(gender)
        when 'f' then 'female'
        when 'm' then 'male'
        else nullif(lower(gender), '')
    end as gender,
    height_cm,
    email,
    upper(country) as country_code,
    devices,
    -- A document that names one zone means all times, not the moment it was read.
    case jsonb_typeof(time_zone)
        when 'string' then jsonb_build_array(jsonb_build_object('time_zone', time_zone))
        else time_zone
    end as time_zones
from users
