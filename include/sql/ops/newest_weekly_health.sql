select
    participant_id,
    week_start,
    days_with_data,
    steps_total,
    steps_daily_mean,
    heart_rate_mean_bpm,
    sleep_minutes_daily_mean
from agg.weekly_health
order by week_start desc, participant_id
limit 8;
