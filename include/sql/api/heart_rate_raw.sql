-- Samples as every device recorded them.
select
    ts as time,
    -- Stored in single precision: 60.1 and not 60.0999985.
    round(bpm::double precision * 1000) / 1000 as value,
    round(confidence::double precision * 1000) / 1000 as confidence,
    source
from stage.heart_rate_samples
where
    participant_id = %(participant_id)s
    -- Given as constants, so that their rows are found by key.
    and device_id = any(%(device_ids)s::text[])
    and ts >= %(start_ts)s and ts < %(end_ts)s
    and local_ts::date between %(first_date)s and %(last_date)s
order by ts, source, device_id
limit %(limit)s offset %(skip)s
