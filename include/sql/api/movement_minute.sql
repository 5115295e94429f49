-- Minutes of the source that the figure of each day is from.
with days as materialized (
    select local_date, sources ->> %(group)s as source
    from agg.daily_health
    where
        participant_id = %(participant_id)s
        and local_date between %(first_date)s and %(last_date)s
        and sources ? %(group)s
)

select
    minutes.minute as time,
    api.rounded(minutes.{column}) as value,
    minutes.source
from stage.movement_minutes as minutes
inner join days on minutes.local_date = days.local_date and minutes.source = days.source
where
    minutes.participant_id = %(participant_id)s
    and minutes.source = any(array(select distinct days.source from days))
    and minutes.minute >= %(start_ts)s and minutes.minute < %(end_ts)s
    and minutes.{column} is not null
order by minutes.minute
limit %(limit)s offset %(skip)s
