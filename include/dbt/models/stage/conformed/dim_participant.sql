with versions as (
    select * from {{ ref('participant_versions') }}
),

-- What each source had stated by the time of each version.
known as (
    select distinct on (versions.participant_id, versions.seen_at, versions.load_id, earlier.source)
        versions.participant_id,
        versions.seen_at,
        versions.load_id,
        earlier.source,
        earlier.gender,
        earlier.height_cm,
        earlier.country_code,
        earlier.created_at,
        earlier.reference_date,
        earlier.reference_age_years,
        earlier.max_heart_rate_bpm
    from versions
    inner join versions as earlier
        on
            versions.participant_id = earlier.participant_id
            and (earlier.seen_at, earlier.load_id) <= (versions.seen_at, versions.load_id)
    order by
        versions.participant_id,
        versions.seen_at,
        versions.load_id,
        earlier.source,
        earlier.load_id desc
),

merged as (
    select
        participant_id,
        seen_at,
        load_id,
    {% for column in [
        'gender',
        'height_cm',
        'country_code',
        'created_at',
        'reference_date',
        'reference_age_years',
        'max_heart_rate_bpm'
    ] %}
        {{ first_stated(column, 'participants') }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from known
    group by participant_id, seen_at, load_id
),

numbered as (
    select
        merged.*,
        versions.source,
        row_number() over by_time as version,
        lead(merged.seen_at) over by_time as next_seen_at
    from merged
    inner join versions using (participant_id, seen_at, load_id)
    window by_time as (
        partition by merged.participant_id order by merged.seen_at, merged.load_id
    )
)

select
    participant_id,
    version,
    source,
    gender,
    height_cm,
    country_code,
    created_at,
    {{ completed_years('reference_date', 'current_date') }} + reference_age_years as age_years,
    max_heart_rate_bpm,
    case when version = 1 then least(seen_at, created_at) else seen_at end as valid_from,
    coalesce(next_seen_at, 'infinity') as valid_to,
    next_seen_at is null as is_current
from numbered
