with events as (
    select
        participant_id,
        activity_key,
        count(*) as events,
        sum(heart_rate_bpm::double precision) as bpm_sum
    from {{ ref('fct_heart_rates') }}
    group by participant_id, activity_key
),

versions as (
    select * from {{ ref('dim_activity') }}
),

-- An activity is called what it is called now, whatever it was called then.
newest as (
    select distinct on (activity_id) *
    from versions
    order by activity_id, valid_from desc
),

people as (
    select
        events.participant_id,
        versions.activity_id,
        sum(events.events) as events,
        sum(events.bpm_sum) / sum(events.events) as bpm_mean
    from events
    inner join versions on events.activity_key = versions.activity_key
    group by events.participant_id, versions.activity_id
),

grouped as (
    select
        activity_id,
        count(*) as participants,
        sum(events)::bigint as events,
        avg(bpm_mean) as heart_rate_mean_bpm,
        stddev_samp(bpm_mean) as heart_rate_sd_bpm
    from people
    group by activity_id
),

published as (
    {{ enough_people('grouped', 'activity_id') }}
)

select
    published.activity_id,
    newest.activity_name,
    newest.category,
    newest.met,
    published.participants,
    published.events,
    published.heart_rate_mean_bpm,
    published.heart_rate_sd_bpm
from published
inner join newest on published.activity_id = newest.activity_id
