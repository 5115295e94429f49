select
    participant_id,
    email,
    date_of_birth
from {{ ref('participant_versions') }}
where is_current
