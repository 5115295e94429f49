-- Sleeps with their stages, of the source that the figures of each day are from, by the day on which they ended.
select
    sessions.start_ts as start_time,
    sessions.end_ts as end_time,
    sessions.local_date,
    sessions.source,
    sessions.in_bed_minutes,
    sessions.sleep_minutes,
    sessions.deep_minutes,
    sessions.light_minutes,
    sessions.rem_minutes,
    sessions.awake_minutes,
    sessions.has_stages,
    (
        select
            jsonb_agg(
                jsonb_build_object(
                    'start_time', to_char(stages.start_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'end_time', to_char(stages.end_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'stage', stages.stage
                )
                order by stages.start_ts
            )
        from stage.sleep_stages as stages
        where
            stages.participant_id = sessions.participant_id
            and stages.source = sessions.source
            and stages.session_start_ts = sessions.start_ts
    ) as stages
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
