select
    participant_id,
    {{ first_stated('email', 'participants') }} as email,
    {{ first_stated('date_of_birth', 'participants') }} as date_of_birth
from {{ ref('participant_versions') }}
where is_current
group by participant_id
