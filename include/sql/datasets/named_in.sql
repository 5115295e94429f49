-- Participants whose id is a word of a text.
select people.participant_id
from unnest(%(people)s::text[]) as people (participant_id)
where accounts.names(%(text)s, people.participant_id)
limit 1
