-- How many of the people have samples of these days in cold storage, where they cannot be read.
select count(distinct archived.participant_id) as participants
from stage.archived_ranges as archived
inner join pg_temp.selected on archived.participant_id = selected.participant_id
where
    archived.entity = {entity}
    and archived.end_ts > selected.first_date - 1
    and archived.start_ts < selected.last_date + 2
