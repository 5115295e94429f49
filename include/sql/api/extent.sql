-- Days between which a participant has data; one row of NULLs if there are none.
select
    min(local_date) as first_date,
    max(local_date) as last_date
from agg.daily_health
where participant_id = %(participant_id)s
