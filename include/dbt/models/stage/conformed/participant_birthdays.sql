select
    participant_id,
    {{ first_stated('reference_date', 'participants') }} as reference_date,
    {{ first_stated('reference_age_years', 'participants') }} as reference_age_years,
    {{ first_stated('max_heart_rate_bpm', 'participants') }} as max_heart_rate_bpm
from {{ ref('participant_versions') }}
where is_current
group by participant_id
