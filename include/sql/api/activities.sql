-- Activities of the source that the figures of each day are from, by the day on which they began.
select
    activities.start_ts as start_time,
    activities.end_ts as end_time,
    activities.local_date,
    activities.activity_type,
    types.activity_name,
    types.activity_group,
    api.rounded(activities.minutes) as minutes,
    activities.source
from stage.activities
inner join agg.daily_health as days
    on
        activities.participant_id = days.participant_id
        and activities.local_date = days.local_date
        and activities.source = days.sources ->> 'activities'
left join stage.dim_activity_type as types
    on activities.activity_type = types.activity_type
where
    activities.participant_id = %(participant_id)s
    and activities.local_date between %(first_date)s and %(last_date)s
    and activities.end_ts > %(start_ts)s and activities.start_ts < %(end_ts)s
    and activities.start_ts >= %(since_ts)s
    and (%(activity_type)s::text is null or activities.activity_type = %(activity_type)s)
order by activities.start_ts, activities.source, activities.activity_id
limit %(limit)s offset %(skip)s
