-- Hours: the mean of the minute means, the extremes of the samples.
with days as materialized (
    select local_date, sources ->> 'heart_rate' as source
    from agg.daily_health
    where
        participant_id = %(participant_id)s
        and local_date between %(first_date)s and %(last_date)s
        and sources ? 'heart_rate'
)

select
    {hour} as time,
    api.rounded(avg(minutes.bpm_mean)) as value,
    api.rounded(min(minutes.bpm_min)) as min,
    api.rounded(max(minutes.bpm_max)) as max,
    sum(minutes.samples)::integer as samples,
    min(minutes.source) as source
from stage.heart_rate_minutes as minutes
inner join days on minutes.local_date = days.local_date and minutes.source = days.source
where
    minutes.participant_id = %(participant_id)s
    and minutes.source = any(array(select distinct days.source from days))
    and minutes.minute >= %(start_ts)s and minutes.minute < %(end_ts)s
group by 1
order by 1
limit %(limit)s offset %(skip)s
