{% set merged_columns = [
    'gender',
    'height_cm',
    'weight_kg',
    'city',
    'region',
    'country_code',
    'created_at',
    'reference_date',
    'reference_age_years',
    'max_heart_rate_bpm',
] %}

with changes as (
    select * from {{ ref('participant_changes') }}
),

-- Two changes at one instant are one.
moments as (
    select distinct on (participant_id, changed_at)
        participant_id,
        changed_at,
        load_id,
        source
    from changes
    order by participant_id, changed_at, load_id desc
),

-- What each source had stated by then.
known as (
    select distinct on (moments.participant_id, moments.changed_at, earlier.source)
        moments.participant_id,
        moments.changed_at,
        earlier.source_rank,
        earlier.is_deleted,
    {% for column in merged_columns %}
        earlier.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from moments
    inner join changes as earlier
        on
            moments.participant_id = earlier.participant_id
            and (moments.changed_at, moments.load_id) >= (earlier.changed_at, earlier.load_id)
    order by moments.participant_id, moments.changed_at, earlier.source, earlier.load_id desc
),

merged as (
    select
        participant_id,
        changed_at,
        bool_and(is_deleted) as is_gone,
    {% for column in merged_columns %}
        {{ first_of(column, 'source_rank') }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from known
    group by participant_id, changed_at
),

timeline as (
    select
        merged.*,
        moments.load_id,
        moments.source,
        lead(merged.changed_at) over by_time as next_changed_at,
        lead(merged.is_gone, 1, false) over by_time as ends_deleted,
        lag(merged.changed_at) over by_time is null as is_first
    from merged
    inner join moments using (participant_id, changed_at)
    window by_time as (partition by merged.participant_id order by merged.changed_at)
),

numbered as (
    select
        *,
        row_number() over (partition by participant_id order by changed_at) as version
    from timeline
    where not is_gone
)

select
    {{ surrogate_key('participant_id', 'changed_at') }} as participant_key,
    participant_id,
    version,
    source,
    load_id,
    gender,
    height_cm,
    weight_kg,
    city,
    region,
    country_code,
    created_at,
    {{ completed_years('reference_date', 'current_date') }} + reference_age_years as age_years,
    max_heart_rate_bpm,
    case when is_first then least(changed_at, created_at) else changed_at end as valid_from,
    coalesce(next_changed_at, 'infinity') as valid_to,
    next_changed_at is null as is_current,
    ends_deleted as is_deleted
from numbered
union all
select
    {{ unknown_key() }} as participant_key,
    '(unknown)' as participant_id,
    0 as version,
    null as source,
    null as load_id,
    null as gender,
    null as height_cm,
    null as weight_kg,
    null as city,
    null as region,
    null as country_code,
    null as created_at,
    null as age_years,
    null as max_heart_rate_bpm,
    '-infinity' as valid_from,
    'infinity' as valid_to,
    false as is_current,
    false as is_deleted
