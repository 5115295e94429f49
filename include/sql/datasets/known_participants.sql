select participant_id
from stage.dim_participant
where version > 0
union
select participant_id
from agg.daily_health
order by participant_id
