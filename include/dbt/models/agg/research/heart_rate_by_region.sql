with {{ research_days() }},

participants as (
    select * from {{ ref('dim_participant') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

classified as (
    select
        days.*,
        coalesce(participants.country_code, 'unknown') as country_code,
        coalesce(participants.region, 'unknown') as region
    from days
    inner join participants on days.participant_key = participants.participant_key
),

{{ research_groups('classified', ['country_code', 'region']) }},

published as (
    {{ enough_people('grouped', 'country_code, region') }}
)

select
    published.country_code,
    countries.country_name,
    published.region,
    published.participants,
    published.events,
    published.heart_rate_mean_bpm,
    published.heart_rate_sd_bpm,
    published.rest_heart_rate_mean_bpm,
    published.rest_heart_rate_sd_bpm
from published
left join countries on published.country_code = countries.country_code
