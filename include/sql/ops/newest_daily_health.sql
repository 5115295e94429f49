select
    participant_id,
    local_date,
    steps,
    round(heart_rate_mean_bpm::numeric, 1) as heart_rate_mean_bpm,
    heart_rate_max_bpm,
    wear_minutes,
    sleep_minutes,
    round(sleep_efficiency_pct::numeric, 1) as sleep_efficiency_pct,
    is_valid_day
from agg.daily_health
order by local_date desc, participant_id
limit 8;
