with versions as (
    select * from {{ ref('participant_versions') }}
)

select
    participant_id,
    version,
    source,
    gender,
    height_cm,
    country_code,
    created_at,
    {{ completed_years(
        "coalesce(date_of_birth, (created_at at time zone 'UTC')::date)", 'current_date'
    ) }} + case when date_of_birth is null then stated_age_years else 0 end as age_years,
    max_heart_rate_bpm,
    case when version = 1 then least(seen_at, created_at) else seen_at end as valid_from,
    coalesce(next_seen_at, 'infinity') as valid_to,
    is_current
from versions
