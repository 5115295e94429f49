{#-
    CTEs of the questions about groups of people: `days`, a participant's heart rate on a local day with
    the version of the participant that was in force, by whether they rested; rest is an activity of
    the category rest. Days are in UTC where nobody has said in which zone the participant lives.
-#}
{% macro research_days() %}
events as (
    select
        participant_id,
        participant_key,
        coalesce(local_date, date_key) as local_date,
        activity_key,
        count(*) as events,
        sum(heart_rate_bpm::double precision) as bpm_sum
    from {{ ref('fct_heart_rates') }}
    group by participant_id, participant_key, coalesce(local_date, date_key), activity_key
),

days as (
    select
        events.participant_id,
        events.participant_key,
        events.local_date,
        sum(events.events) as events,
        sum(events.bpm_sum) as bpm_sum,
        sum(events.events) filter (where activities.category = 'rest') as rest_events,
        sum(events.bpm_sum) filter (where activities.category = 'rest') as rest_bpm_sum
    from events
    inner join {{ ref('dim_activity') }} as activities
        on events.activity_key = activities.activity_key
    group by events.participant_id, events.participant_key, events.local_date
)
{%- endmacro %}

{#-
    CTEs `people`, a participant in a group, and `grouped`, the groups: everybody counts once, however
    many events there are of them. `participants` are those who rested, too, and the others are
    left out, so that both means are about the same people.
-#}
{% macro research_groups(classified, columns) %}
{% set names = columns | join(', ') %}
people as (
    select
        participant_id,
        {{ names }},
        sum(events) as events,
        sum(bpm_sum) / sum(events) as bpm_mean,
        sum(rest_bpm_sum) / sum(rest_events) as rest_bpm_mean
    from {{ classified }}
    group by participant_id, {{ names }}
    having sum(rest_events) > 0
),

grouped as (
    select
        {{ names }},
        count(*) as participants,
        sum(events)::bigint as events,
        avg(bpm_mean) as heart_rate_mean_bpm,
        stddev_samp(bpm_mean) as heart_rate_sd_bpm,
        avg(rest_bpm_mean) as rest_heart_rate_mean_bpm,
        stddev_samp(rest_bpm_mean) as rest_heart_rate_sd_bpm
    from people
    group by {{ names }}
)
{%- endmacro %}
