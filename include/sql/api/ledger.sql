-- What was expected of each day, what came, and why something is missing.
select
    participant_id,
    local_date,
    metric,
    state,
    source,
    expected_minutes,
    received_minutes,
    received_samples,
    first_ts,
    last_ts
from agg.participant_day
where
    (%(participant_id)s::text is null or participant_id = %(participant_id)s)
    and (%(visible)s::text[] is null or participant_id = any(%(visible)s::text[]))
    and (%(metric)s::text is null or metric = %(metric)s)
    and local_date between %(first_date)s and %(last_date)s
    and (
        %(after_participant)s::text is null
        or (participant_id, local_date, metric)
        > (%(after_participant)s::text, %(after_date)s::date, %(after_metric)s::text)
    )
order by participant_id, local_date, metric
limit %(limit)s
