with days as (
    select
        participant_id,
        first_date,
        last_date
    from {{ ref('rebuild_days') }}
    where model_name = 'daily_health'
),

-- Cut at birthdays, so that each piece has one maximum heart rate.
days_by_age as (
    select
        days.participant_id,
        greatest(days.first_date, ages.first_date) as first_date,
        least(days.last_date, ages.last_date) as last_date,
        ages.max_heart_rate_bpm
    from days
    inner join {{ ref('max_heart_rates') }} as ages
        on
            days.participant_id = ages.participant_id
            and days.first_date <= ages.last_date
            and days.last_date >= ages.first_date
),

heart as (
    select
        days.participant_id,
        minutes.*
    from days_by_age as days
    cross join lateral (
        select
            local_date,
            sum(samples) as heart_rate_samples,
            min(bpm_min) as heart_rate_min_bpm,
            -- Summed in one order, so that the last digit does not depend on how rows are stored.
            avg(bpm_mean order by minute) as heart_rate_mean_bpm,
            max(bpm_max) as heart_rate_max_bpm,
            count(*) as wear_minutes,
            max(minute) as last_instant,
            {{ zone_minutes('light', none, 50) }},
            {{ zone_minutes('moderate', 50, 70) }},
            {{ zone_minutes('vigorous', 70, 85) }},
            {{ zone_minutes('peak', 85, none) }}
        from {{ ref('heart_rate_minutes') }}
        where
            participant_id = days.participant_id
            and local_date between days.first_date and days.last_date
            and {{ may_be_on_days('minute') }}
        group by local_date
    ) as minutes
),

movement as (
    select
        days.participant_id,
        minutes.*
    from days
    cross join lateral (
        select
            local_date,
            sum(steps) as steps,
            sum(distance_m order by minute) as distance_m,
            sum(floors_climbed order by minute) as floors_climbed,
            sum(active_energy_kcal order by minute) as active_energy_kcal,
            sum(total_energy_kcal order by minute) as total_energy_kcal,
            max(minute) as last_instant
        from {{ ref('movement_minutes') }}
        where
            participant_id = days.participant_id
            and local_date between days.first_date and days.last_date
            and {{ may_be_on_days('minute') }}
        group by local_date
    ) as minutes
),

sessions as (
    select sleep_sessions.*
    from days
    inner join {{ ref('sleep_sessions') }} as sleep_sessions
        on
            days.participant_id = sleep_sessions.participant_id
            and sleep_sessions.local_date between days.first_date and days.last_date
),

sleep as (
    select
        participant_id,
        local_date,
        count(*) as sleep_sessions,
        sum(sleep_minutes order by start_ts) as sleep_minutes,
        sum(deep_minutes order by start_ts) as sleep_deep_minutes,
        sum(light_minutes order by start_ts) as sleep_light_minutes,
        sum(rem_minutes order by start_ts) as sleep_rem_minutes,
        sum(awake_minutes order by start_ts) as sleep_awake_minutes,
        100 * sum(sleep_minutes order by start_ts) filter (where has_stages)
        / sum(in_bed_minutes order by start_ts) filter (where has_stages) as sleep_efficiency_pct,
        max(end_ts) as last_instant
    from sessions
    group by participant_id, local_date
),

sleep_heart as (
    select
        sessions.participant_id,
        sessions.local_date,
        avg(minutes.bpm_mean order by minutes.minute) as sleep_heart_rate_mean_bpm
    from sessions
    cross join
        lateral (
            select
                minute,
                bpm_mean
            from {{ ref('heart_rate_minutes') }}
            where
                participant_id = sessions.participant_id
                and minute >= sessions.start_ts
                and minute < sessions.end_ts
        ) as minutes
    group by sessions.participant_id, sessions.local_date
),

activity as (
    select
        activities.participant_id,
        activities.local_date,
        count(*) as activity_count,
        sum(activities.minutes order by activities.start_ts) as activity_minutes,
        max(activities.end_ts) as last_instant
    from days
    inner join {{ ref('activities') }} as activities
        on
            days.participant_id = activities.participant_id
            and activities.local_date between days.first_date and days.last_date
    group by activities.participant_id, activities.local_date
),

measurement as (
    select
        measurements.participant_id,
        measurements.local_date,
    {% for column, metric in daily_metrics().items() %}
        max(measurements.value) filter (where measurements.metric = '{{ metric }}')
            as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from days
    inner join {{ ref('daily_measurements') }} as measurements
        on
            days.participant_id = measurements.participant_id
            and measurements.local_date between days.first_date and days.last_date
    group by measurements.participant_id, measurements.local_date
),

-- A full join is never a nested loop, however wrong the estimates of these subqueries are.
joined as (
    select
        *,
        coalesce(
            greatest(
                heart.last_instant,
                movement.last_instant,
                sleep.last_instant,
                activity.last_instant
            ),
            (local_date::timestamp + interval '12 hours') at time zone 'UTC'
        ) as latest_instant
    from heart
    full join movement using (participant_id, local_date)
    full join sleep using (participant_id, local_date)
    full join sleep_heart using (participant_id, local_date)
    full join activity using (participant_id, local_date)
    full join measurement using (participant_id, local_date)
)

select
    joined.participant_id,
    joined.local_date,
    zones.time_zone as timezone,
    joined.steps,
    joined.distance_m,
    joined.floors_climbed,
    joined.active_energy_kcal,
    joined.total_energy_kcal,
    joined.heart_rate_samples,
    joined.heart_rate_min_bpm,
    joined.heart_rate_mean_bpm,
    joined.heart_rate_max_bpm,
    joined.resting_heart_rate_bpm,
    joined.wear_minutes,
    joined.hr_zone_light_minutes,
    joined.hr_zone_moderate_minutes,
    joined.hr_zone_vigorous_minutes,
    joined.hr_zone_peak_minutes,
    joined.sleep_sessions,
    joined.sleep_minutes,
    joined.sleep_deep_minutes,
    joined.sleep_light_minutes,
    joined.sleep_rem_minutes,
    joined.sleep_awake_minutes,
    joined.sleep_efficiency_pct,
    joined.sleep_heart_rate_mean_bpm,
    joined.activity_count,
    joined.activity_minutes,
    joined.hrv_rmssd_ms,
    joined.spo2_mean_pct,
    joined.respiratory_rate_per_min,
    joined.weight_kg,
    joined.vo2_max_ml_per_kg_min,
    coalesce(joined.wear_minutes >= 600, false) as is_valid_day,
    now() as computed_at
from joined
inner join {{ ref('participant_time_zones') }} as zones
    on
        joined.participant_id = zones.participant_id
        and joined.latest_instant >= zones.valid_from
        and joined.latest_instant < zones.valid_to
