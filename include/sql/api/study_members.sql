select
    participant_id,
    first_date,
    last_date
from api.study_members
where study = %(study)s
order by participant_id
