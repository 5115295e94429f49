-- The grid of participant and day; days without any data have no row.
select
    participant_id,
    local_date,
    wear_minutes,
    is_valid_day,
    heart_rate_samples,
    steps is not null as has_steps,
    sleep_minutes is not null as has_sleep
from agg.daily_health
where
    (%(visible)s::text[] is null or participant_id = any(%(visible)s::text[]))
    and local_date between %(first_date)s and %(last_date)s
    and (
        %(after_participant)s::text is null
        or (participant_id, local_date) > (%(after_participant)s::text, %(after_date)s::date)
    )
order by participant_id, local_date
limit %(limit)s
