-- How many points some days have, as far as the days tell.
select
    coalesce(sum(heart_rate_samples), 0)::bigint as raw,
    coalesce(sum(wear_minutes), 0)::bigint as minute
from agg.daily_health
where
    participant_id = %(participant_id)s
    and local_date between %(first_date)s and %(last_date)s
