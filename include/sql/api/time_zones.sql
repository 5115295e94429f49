select
    nullif(valid_from, '-infinity') as valid_from,
    nullif(valid_to, 'infinity') as valid_to,
    time_zone
from stage.participant_time_zones
where participant_id = %(participant_id)s
order by participant_time_zones.valid_from
