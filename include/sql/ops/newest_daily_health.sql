select
    participant_id,
    local_date,
    steps,
    heart_rate_mean_bpm,
    wear_minutes,
    sleep_minutes,
    sleep_efficiency_pct,
    is_valid_day
from agg.daily_health
order by local_date desc, participant_id
limit 8;
