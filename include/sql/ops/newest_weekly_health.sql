select
    participant_id,
    week_start,
    days_with_data,
    valid_days,
    steps_total,
    round(steps_daily_mean::numeric) as steps_daily_mean,
    round(heart_rate_mean_bpm::numeric, 1) as heart_rate_mean_bpm,
    round(sleep_minutes_daily_mean::numeric) as sleep_minutes_daily_mean
from agg.weekly_health
order by week_start desc, participant_id
limit 8;
