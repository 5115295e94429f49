-- Participants whose data has stopped: nothing for some whole days, but something not so long ago
-- that they have plainly left. The days are the participant's own; today is not over yet.
select
    participant_id,
    last_date,
    (now() at time zone timezone)::date - last_date - 1 as silent_days
from (
    select distinct on (participant_id)
        participant_id,
        timezone,
        local_date as last_date
    from agg.daily_health
    where local_date >= current_date - %(forgotten_days)s - 1
    order by participant_id asc, local_date desc
) as newest
where
    (now() at time zone timezone)::date - last_date - 1
    between %(silent_days)s and %(forgotten_days)s
order by last_date desc, participant_id
