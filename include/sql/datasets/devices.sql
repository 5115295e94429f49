-- Every device or account that a row of the data set may name.
select devices.device_id
from stage.participant_devices as devices
inner join pg_temp.selected on devices.participant_id = selected.participant_id
union
select activities.device_id
from stage.activities
inner join pg_temp.selected on activities.participant_id = selected.participant_id
