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

final as (
    select
        *,
        row_number() over by_age as version,
        lead(seen_at) over by_age as next_seen_at,
        lead(load_id) over by_age is null as is_current,
        -- What other rows are computed from; a new e-mail address changes none of them.
        lag(row(devices, time_zones, date_of_birth, stated_age_years, max_heart_rate_bpm, created_at))
            over by_age
        is distinct from
        row(devices, time_zones, date_of_birth, stated_age_years, max_heart_rate_bpm, created_at)
            as changes_facts
    from versions
    window by_age as (partition by participant_id order by load_id)
)

select * from final
