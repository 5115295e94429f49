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

heart_by_source as (
    select
        days.participant_id,
        minutes.*
    from days_by_age as days
    cross join lateral (
        select
            local_date,
            source,
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
        where {{ are_minutes_of_days() }}
        group by local_date, source
    ) as minutes
),

heart as (
    select distinct on (participant_id, local_date) *
    from heart_by_source
    order by participant_id, local_date, {{ source_rank('heart_rate') }}
),

movement_by_source as (
    select
        days.participant_id,
        minutes.*
    from days
    cross join lateral (
        select
            local_date,
            source,
            sum(steps) as steps,
            sum(distance_m order by minute) as distance_m,
            sum(floors_climbed order by minute) as floors_climbed,
            sum(active_energy_kcal order by minute) as active_energy_kcal,
            sum(total_energy_kcal order by minute) as total_energy_kcal,
            max(minute) as last_instant
        from {{ ref('movement_minutes') }}
        where {{ are_minutes_of_days() }}
        group by local_date, source
    ) as minutes
),

measurements as (
    select
        measured.participant_id,
        measured.local_date,
        measured.source,
    {% for column, totalled in movement_totals().items() %}
        max(measured.value) filter (where measured.metric = '{{ totalled }}') as {{ column }},
    {% endfor %}
    {% for column, stated in daily_metrics().items() %}
        max(measured.value) filter (where measured.metric = '{{ stated.metric }}')
            as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from days
    inner join {{ ref('daily_measurements') }} as measured
        on
            days.participant_id = measured.participant_id
            and measured.local_date between days.first_date and days.last_date
    group by measured.participant_id, measured.local_date, measured.source
),

-- Where a source has no minutes of a day, the total that it states.
totals_by_source as (
    select
        participant_id,
        local_date,
        source,
        minutes.last_instant,
    {% for column in daily_sums() %}
        coalesce(minutes.{{ column }}, stated.{{ column }}) as {{ column }},
    {% endfor %}
    {% for column in daily_metrics() %}
        stated.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from movement_by_source as minutes
    full join measurements as stated using (participant_id, local_date, source)
),

best_totals as (
    select
        participant_id,
        local_date,
        max(last_instant) as last_instant,
    {% for column, group in daily_sums().items() %}
        {{ best(column, group) }} as {{ column }},
    {% endfor %}
    {% for column, stated in daily_metrics().items() %}
        {{ best(column, stated.group) }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from totals_by_source
    group by participant_id, local_date
),

totals as (
    select
        participant_id,
        local_date,
        last_instant,
    {% for column in daily_sums().keys() | list + daily_metrics().keys() | list %}
        {{ column }}[2]{{ '::integer' if column == 'steps' }} as {{ column }},
    {% endfor %}
        jsonb_build_object(
        {% for column, group in daily_sums().items() %}
            '{{ group }}', {{ source_at(column ~ '[1]', group) }},
        {% endfor %}
        {% for column, stated in daily_metrics().items() %}
            '{{ stated.group }}', {{ source_at(column ~ '[1]', stated.group) }}{{ ',' if not loop.last }}
        {% endfor %}
        ) as sources
    from best_totals
    -- Not a day of which only measurements are known that have no column here.
    where
        coalesce(
        {% for column in daily_sums().keys() | list + daily_metrics().keys() | list %}
            {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
        ) is not null
),

sessions_by_source as (
    select
        sleep_sessions.*,
        {{ source_rank('sleep', 'sleep_sessions.source') }} as source_rank
    from days
    inner join {{ ref('sleep_sessions') }} as sleep_sessions
        on
            days.participant_id = sleep_sessions.participant_id
            and sleep_sessions.local_date between days.first_date and days.last_date
),

sessions as (
    select *
    from (
        select
            *,
            min(source_rank) over (partition by participant_id, local_date) as best_rank
        from sessions_by_source
    ) as ranked
    where source_rank = best_rank
),

sleep as (
    select
        participant_id,
        local_date,
        source,
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
    group by participant_id, local_date, source
),

sleep_heart_by_source as (
    select
        sessions.participant_id,
        sessions.local_date,
        minutes.source,
        avg(minutes.bpm_mean order by minutes.minute) as sleep_heart_rate_mean_bpm
    from sessions
    cross join
        lateral (
            select
                minute,
                source,
                bpm_mean
            from {{ ref('heart_rate_minutes') }}
            where
                participant_id = sessions.participant_id
                and minute >= sessions.start_ts
                and minute < sessions.end_ts
                and {{ is_of_any_source() }}
        ) as minutes
    group by sessions.participant_id, sessions.local_date, minutes.source
),

sleep_heart as (
    select distinct on (participant_id, local_date) *
    from sleep_heart_by_source
    order by participant_id, local_date, {{ source_rank('sleep_heart_rate') }}
),

activity_by_source as (
    select
        activities.participant_id,
        activities.local_date,
        activities.source,
        count(*) as activity_count,
        sum(activities.minutes order by activities.start_ts, activities.minutes)
            as activity_minutes,
        max(activities.end_ts) as last_instant
    from days
    inner join {{ ref('activities') }} as activities
        on
            days.participant_id = activities.participant_id
            and activities.local_date between days.first_date and days.last_date
    group by activities.participant_id, activities.local_date, activities.source
),

activity as (
    select distinct on (participant_id, local_date) *
    from activity_by_source
    order by participant_id, local_date, {{ source_rank('activities') }}
),

-- A full join is never a nested loop, however wrong the estimates of these subqueries are.
joined as (
    select
        *,
        coalesce(
            greatest(
                heart.last_instant,
                totals.last_instant,
                sleep.last_instant,
                activity.last_instant
            ),
            (local_date::timestamp + interval '12 hours') at time zone 'UTC'
        ) as latest_instant,
        jsonb_strip_nulls(
            coalesce(totals.sources, '{}') || jsonb_build_object(
                'heart_rate', heart.source,
                'sleep', sleep.source,
                'sleep_heart_rate', sleep_heart.source,
                'activities', activity.source
            )
        ) as chosen_sources
    from heart
    full join totals using (participant_id, local_date)
    full join sleep using (participant_id, local_date)
    full join sleep_heart using (participant_id, local_date)
    full join activity using (participant_id, local_date)
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
    now() as computed_at,
    joined.chosen_sources as sources
from joined
{{ join_zones('joined', 'joined.latest_instant') }}
