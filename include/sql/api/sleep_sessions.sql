-- Sleeps of the source that the figures of each day are from, by the day on which they ended.
select
    sessions.start_ts as start_time,
    sessions.end_ts as end_time,
    sessions.local_date,
    sessions.source,
    api.rounded(sessions.in_bed_minutes) as in_bed_minutes,
    api.rounded(sessions.sleep_minutes) as sleep_minutes,
    api.rounded(sessions.deep_minutes) as deep_minutes,
    api.rounded(sessions.light_minutes) as light_minutes,
    api.rounded(sessions.rem_minutes) as rem_minutes,
    api.rounded(sessions.awake_minutes) as awake_minutes,
    sessions.has_stages
from stage.sleep_sessions as sessions
inner join agg.daily_health as days
    on
        sessions.participant_id = days.participant_id
        and sessions.local_date = days.local_date
        and sessions.source = days.sources ->> 'sleep'
where
    sessions.participant_id = %(participant_id)s
    and sessions.local_date between %(first_date)s and %(last_date)s
    and sessions.end_ts > %(start_ts)s and sessions.start_ts < %(end_ts)s
    and sessions.start_ts >= %(since_ts)s
order by sessions.start_ts
limit %(limit)s offset %(skip)s
