-- Sleeps (sleep_sessions.sql) with their stages.
select
    sessions.*,
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
            stages.participant_id = %(participant_id)s
            and stages.source = sessions.source
            and stages.session_start_ts = sessions.start_time
    ) as stages
from (
    {sessions}
) as sessions
order by sessions.start_time
