with weeks as (
    select
        participant_id,
        week_start,
        valid_days,
        case
            when resting_heart_rate_bpm_daily_mean is not null then 'resting_heart_rate_bpm'
            else 'sleep_heart_rate_mean_bpm'
        end as measured_by,
        coalesce(
            resting_heart_rate_bpm_daily_mean,
            sleep_heart_rate_mean_bpm_daily_mean
        ) as heart_rate_bpm
    from {{ ref('weekly_health') }}
)

select
    rank() over (order by heart_rate_bpm) as calmness_rank,
    participant_id,
    week_start,
    measured_by,
    heart_rate_bpm,
    valid_days
from weeks
where heart_rate_bpm is not null
