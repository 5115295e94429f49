with events as (
    select
        participant_id,
        participant_key,
        extract(hour from local_time)::smallint as local_hour,
        activity_key,
        count(*) as events
    from {{ ref('fct_heart_rates') }}
    where local_time is not null
    group by participant_id, participant_key, extract(hour from local_time), activity_key
),

participants as (
    select * from {{ ref('dim_participant') }}
),

versions as (
    select * from {{ ref('dim_activity') }}
),

newest as (
    select distinct on (activity_id) *
    from versions
    order by activity_id, valid_from desc
),

-- Which part of what is known of somebody's hour went on an activity.
shares as (
    select
        events.participant_id,
        coalesce(participants.country_code, 'unknown') as country_code,
        coalesce(participants.region, 'unknown') as region,
        events.local_hour,
        versions.activity_id,
        sum(events.events) as events,
        sum(events.events) / sum(sum(events.events)) over (
            partition by
                events.participant_id,
                coalesce(participants.country_code, 'unknown'),
                coalesce(participants.region, 'unknown'),
                events.local_hour
        ) as share
    from events
    inner join participants on events.participant_key = participants.participant_key
    inner join versions on events.activity_key = versions.activity_key
    group by
        events.participant_id,
        participants.country_code,
        participants.region,
        events.local_hour,
        versions.activity_id
),

hours as (
    select
        country_code,
        region,
        local_hour,
        count(distinct participant_id) as participants_observed
    from shares
    group by country_code, region, local_hour
),

grouped as (
    select
        shares.country_code,
        shares.region,
        shares.local_hour,
        shares.activity_id,
        hours.participants_observed,
        count(*) as participants,
        sum(shares.share)::double precision / hours.participants_observed as likelihood
    from shares
    inner join hours
        on
            shares.country_code = hours.country_code
            and shares.region = hours.region
            and shares.local_hour = hours.local_hour
    group by
        shares.country_code,
        shares.region,
        shares.local_hour,
        shares.activity_id,
        hours.participants_observed
),

-- The likelihoods of an hour add up to 1, so one that is missing alone is not hidden.
published as (
    {{ enough_people('grouped', 'activity_id', complement_by='country_code, region, local_hour') }}
)

select
    published.country_code,
    published.region,
    published.local_hour,
    published.activity_id,
    newest.activity_name,
    newest.category,
    published.participants_observed,
    published.participants,
    100 * published.likelihood as likelihood_pct
from published
inner join newest on published.activity_id = newest.activity_id
