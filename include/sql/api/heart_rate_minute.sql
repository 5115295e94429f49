-- Minutes of the source that the figures of each day are from.
with days as materialized (
    select local_date, sources ->> 'heart_rate' as source
    from agg.daily_health
    where
        participant_id = %(participant_id)s
        and local_date between %(first_date)s and %(last_date)s
        and sources ? 'heart_rate'
)

select
    minutes.minute as time,
    api.rounded(minutes.bpm_mean) as value,
    api.rounded(minutes.bpm_min) as min,
    api.rounded(minutes.bpm_max) as max,
    minutes.samples,
    minutes.source
from stage.heart_rate_minutes as minutes
inner join days on minutes.local_date = days.local_date and minutes.source = days.source
where
    minutes.participant_id = %(participant_id)s
    and minutes.source = any(array(select distinct days.source from days))
    and minutes.minute >= %(start_ts)s and minutes.minute < %(end_ts)s
order by minutes.minute
limit %(limit)s offset %(skip)s
