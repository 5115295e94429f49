select
    participant_id,
    source,
    load_id,
    seen_at as changed_at,
    false as is_deleted,
    created_at,
    reference_date,
    reference_age_years,
    max_heart_rate_bpm,
    gender,
    height_cm,
    null::double precision as weight_kg,
    null::text as city,
    null::text as region,
    country_code,
    {{ source_rank('participants') }} as source_rank
from {{ ref('participant_versions') }}
union all
select
    participant_id,
    'oltp'::text as source,
    load_id,
    changed_at,
    is_deleted,
    created_at,
    date_of_birth as reference_date,
    case when date_of_birth is not null then 0 end as reference_age_years,
    null::double precision as max_heart_rate_bpm,
    gender,
    height_cm,
    weight_kg,
    city,
    region,
    country_code,
    -- Where people are registered counts before what watches say, unless a setting names it.
    coalesce({{ source_rank('participants', "'oltp'") }}, 0) as source_rank
from {{ ref('stg_oltp__users') }}
