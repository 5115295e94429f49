with {{ research_days() }},

participants as (
    select * from {{ ref('dim_participant') }}
),

-- From the best source that states any age, as it says now.
birthdays as (
    select distinct on (participant_id)
        participant_id,
        reference_date,
        reference_age_years
    from {{ ref('participant_changes') }}
    where reference_date is not null
    order by participant_id, source_rank, load_id desc
),

aged as (
    select
        days.*,
        coalesce(participants.gender, 'unknown') as gender,
        {{ completed_years('birthdays.reference_date', 'days.local_date') }}
        + birthdays.reference_age_years as age_years
    from days
    inner join participants on days.participant_key = participants.participant_key
    left join birthdays on days.participant_id = birthdays.participant_id
),

classified as (
    select
        *,
        {{ age_band('age_years') }} as age_band
    from aged
),

{{ research_groups('classified', ['age_band', 'gender']) }},

published as (
    {{ enough_people('grouped', 'age_band, gender') }}
)

select
    age_band,
    gender,
    participants,
    events,
    heart_rate_mean_bpm,
    heart_rate_sd_bpm,
    rest_heart_rate_mean_bpm,
    rest_heart_rate_sd_bpm
from published
