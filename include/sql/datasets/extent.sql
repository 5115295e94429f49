-- From when to when there is anything of a participant.
select
    min({time}) as first_ts,
    max({time}) as last_ts
from {relation}
where participant_id = {participant_id}
