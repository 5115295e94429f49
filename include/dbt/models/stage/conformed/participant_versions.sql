with versions as (
    {{ union_entity('participants', {
        'participant_id': 'text',
        'load_id': 'integer',
        'seen_at': 'timestamptz',
        'created_at': 'timestamptz',
        'date_of_birth': 'date',
        'stated_age_years': 'integer',
        'max_heart_rate_bpm': 'double precision',
        'gender': 'text',
        'height_cm': 'double precision',
        'email': 'text',
        'country_code': 'text',
        'devices': 'jsonb',
        'time_zones': 'jsonb'
    }) }}
),

numbered as (
    select
        *,
        -- What other rows are computed from; a new e-mail address changes none of them.
        row(
            devices,
            time_zones,
            date_of_birth,
            stated_age_years,
            max_heart_rate_bpm,
            created_at
        )::text as facts
    from versions
)

select
    participant_id,
    source,
    load_id,
    seen_at,
    created_at,
    date_of_birth,
    stated_age_years,
    max_heart_rate_bpm,
    gender,
    height_cm,
    email,
    country_code,
    devices,
    time_zones,
    row_number() over (partition by participant_id order by load_id) as version,
    lead(seen_at) over (partition by participant_id order by load_id) as next_seen_at,
    lead(load_id) over (partition by participant_id order by load_id) is null as is_current,
    coalesce(
        facts <> lag(facts) over (partition by participant_id order by load_id), true
    ) as changes_facts
from numbered
