insert into api.study_members (study, participant_id)
select %(study)s, people.participant_id
from unnest(%(people)s::text[]) as people (participant_id)
on conflict do nothing
