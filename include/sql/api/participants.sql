-- Participants, and how complete their data of some days is.
with people as (
    select *
    from stage.dim_participant
    where
        is_current
        and (%(visible)s::text[] is null or participant_id = any(%(visible)s::text[]))
        and (%(participant_id)s::text is null or participant_id = %(participant_id)s)
        and (%(search)s::text is null or starts_with(participant_id, %(search)s))
        and (%(country_code)s::text is null or country_code = %(country_code)s)
        and (%(gender)s::text is null or gender = %(gender)s)
        and (%(min_age)s::integer is null or age_years >= %(min_age)s)
        and (%(max_age)s::integer is null or age_years <= %(max_age)s)
),

devices as (
    select participant_id, array_agg(device_id) as device_ids
    from stage.participant_devices
    group by participant_id
),

described as (
    select
        people.participant_id,
        people.gender,
        people.age_years,
        people.height_cm,
        people.country_code,
        zones.time_zone,
        first_day.local_date as first_date,
        last_day.local_date as last_date,
        -- Whole days of the participant's own since then; today is not over yet.
        case
            when last_day.local_date is not null then greatest(
                (now() at time zone coalesce(zones.time_zone, 'UTC'))::date - last_day.local_date - 1,
                0
            )
        end as silent_days,
        api.last_sync_at(devices.device_ids) as last_sync_at,
        coalesce(array_length(devices.device_ids, 1), 0) as devices,
        greatest(
            %(last_date)s::date + 1 - greatest(%(first_date)s::date, first_day.local_date), 0
        ) as days_expected,
        recent.days_with_data,
        recent.valid_days,
        recent.wear_minutes_daily_mean
    from people
    left join devices on people.participant_id = devices.participant_id
    left join stage.participant_time_zones as zones
        on people.participant_id = zones.participant_id and zones.valid_to = 'infinity'
    left join lateral (
        select local_date from agg.daily_health
        where daily_health.participant_id = people.participant_id
        order by local_date
        limit 1
    ) as first_day on true
    left join lateral (
        select local_date from agg.daily_health
        where daily_health.participant_id = people.participant_id
        order by local_date desc
        limit 1
    ) as last_day on true
    cross join lateral (
        select
            count(*)::integer as days_with_data,
            count(*) filter (where is_valid_day)::integer as valid_days,
            api.rounded(avg(wear_minutes)) as wear_minutes_daily_mean
        from agg.daily_health
        where
            daily_health.participant_id = people.participant_id
            and local_date between %(first_date)s and %(last_date)s
    ) as recent
)

select
    *,
    api.rounded(100.0 * valid_days / nullif(days_expected, 0)) as completeness_pct
from described
where
    (%(synced_before)s::timestamptz is null or last_sync_at is null or last_sync_at < %(synced_before)s)
    and (%(synced_since)s::timestamptz is null or last_sync_at >= %(synced_since)s)
    and (%(min_valid_days)s::integer is null or valid_days >= %(min_valid_days)s)
    and (%(max_valid_days)s::integer is null or valid_days <= %(max_valid_days)s)
    and (%(after)s::text is null or participant_id > %(after)s)
order by participant_id
limit %(limit)s
