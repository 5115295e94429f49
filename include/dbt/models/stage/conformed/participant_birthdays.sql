select
    participant_id,
    coalesce(date_of_birth, (created_at at time zone 'UTC')::date) as reference_date,
    case when date_of_birth is not null then 0 else stated_age_years end as reference_age_years,
    max_heart_rate_bpm
from {{ ref('participant_versions') }}
where is_current
