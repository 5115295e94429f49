-- Counts as every device recorded them; several devices are not reconciled here.
select
    ts as time,
    {column}::double precision as value,
    source
from stage.movement_samples
where
    participant_id = %(participant_id)s
    -- Given as constants, so that their rows are found by key.
    and device_id = any(%(device_ids)s::text[])
    and ts >= %(start_ts)s and ts < %(end_ts)s
    and local_ts::date between %(first_date)s and %(last_date)s
    and {column} is not null
order by ts, source, device_id
limit %(limit)s offset %(skip)s
