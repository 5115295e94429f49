-- Data sets with rows of a participant.
select made.*
from datasets.made
inner join datasets.participants on made.dataset_id = participants.dataset_id
where participants.participant_id = %(participant_id)s
order by made.dataset_id
