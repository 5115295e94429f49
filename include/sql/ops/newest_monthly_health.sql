select
    participant_id,
    month_start,
    days_with_data,
    steps_total,
    steps_daily_mean,
    heart_rate_mean_bpm,
    sleep_minutes_daily_mean
from agg.monthly_health
order by month_start desc, participant_id
limit 8;
