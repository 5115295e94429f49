-- Stages of these sleeps, one row per uninterrupted stage.
select
    stages.start_ts as start_time,
    stages.end_ts as end_time,
    stages.stage,
    api.rounded(stages.minutes) as minutes,
    stages.session_start_ts as session_start_time,
    stages.local_date,
    stages.source
from stage.sleep_stages as stages
inner join agg.daily_health as days
    on
        stages.participant_id = days.participant_id
        and stages.local_date = days.local_date
        and stages.source = days.sources ->> 'sleep'
where
    stages.participant_id = %(participant_id)s
    and stages.local_date between %(first_date)s and %(last_date)s
    and stages.end_ts > %(start_ts)s and stages.start_ts < %(end_ts)s
    and stages.start_ts >= %(since_ts)s
order by stages.start_ts
limit %(limit)s offset %(skip)s
