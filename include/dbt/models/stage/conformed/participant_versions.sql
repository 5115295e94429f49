with versions as (
    {{ union_entity('participants') }}
),

ordered as (
    select
        *,
        {{ source_rank('participants') }} as source_rank,
        -- Age on a date: the age on the reference date and the completed years since.
        case
            when date_of_birth is not null then date_of_birth
            when stated_age_years is not null then (created_at at time zone 'UTC')::date
        end as reference_date,
        case when date_of_birth is not null then 0 else stated_age_years end as reference_age_years,
        case
            when jsonb_typeof(time_zones) = 'string' then time_zones
            when jsonb_typeof(time_zones) = 'array' then nullif(time_zones, '[]')
        end as stated_zones
    from versions
),

compared as (
    select
        *,
        row_number() over by_load as version,
        lead(load_id) over by_load is null as is_current,
        lag(devices) over by_load as earlier_devices,
        (created_at is distinct from lag(created_at) over by_load) as changes_created_at,
        (stated_zones is distinct from lag(stated_zones) over by_load) as changes_zones,
        (
            (reference_date, reference_age_years)
            is distinct from
            (lag(reference_date) over by_load, lag(reference_age_years) over by_load)
        ) as changes_age,
        (max_heart_rate_bpm is distinct from lag(max_heart_rate_bpm) over by_load)
            as changes_max_heart_rate
    from ordered
    window by_load as (partition by participant_id, source order by load_id)
)

select
    participant_id,
    source,
    load_id,
    seen_at,
    created_at,
    date_of_birth,
    stated_age_years,
    reference_date,
    reference_age_years,
    max_heart_rate_bpm,
    gender,
    height_cm,
    email,
    country_code,
    devices,
    earlier_devices,
    stated_zones,
    version,
    source_rank,
    is_current,
    changes_created_at,
    changes_zones,
    changes_age,
    changes_max_heart_rate
from compared
