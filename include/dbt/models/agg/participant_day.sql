-- A view, because the state of a day without data changes with the clock and with the next sync.
-- Of several reasons the one that a person has to act on.
{% set reasons = [
    'token_dead', 'consent_withdrawn', 'not_granted', 'provider_error', 'rate_limited',
    'load_failed', 'not_synced', 'not_requested',
] %}

with streams as (
    select
        participant_id,
        metric,
        min(first_date) as first_date,
        min(asked_from) as asked_from,
        range_agg(known_dates) as known_dates,
        (array_agg(
            state_of_missing
            order by array_position({{ text_array(reasons) }}, state_of_missing)
        ))[1] as state_of_missing
    from {{ ref('participant_streams') }}
    group by participant_id, metric
),

studies as (
    select
        participant_id,
        range_agg(daterange(first_date, last_date, '[]')) as study_dates,
        min(first_date) as first_study_date
    from {{ source('studies', 'study_members') }}
    group by participant_id
),

dates as (
    select
        streams.*,
        dates.midnight,
        -- An account that was never read has told no zone yet.
        coalesce(zones.time_zone, '{{ var('default_time_zone') }}') as time_zone,
        -- Without a study, or in one without dates, every day counts.
        coalesce(studies.study_dates @> dates.midnight::date, true) as is_in_study
    from streams
    left join studies using (participant_id)
    cross join
        lateral generate_series(
            least(streams.first_date, studies.first_study_date)::timestamp,
            (now() at time zone 'UTC')::date + interval '1 day',
            interval '1 day'
        ) as dates (midnight)
    left join {{ ref('participant_time_zones') }} as zones
        on
            streams.participant_id = zones.participant_id
            and {{ in_force('zones', "(dates.midnight + interval '12 hours') at time zone 'UTC'") }}
),

calendar as (
    select
        *,
        midnight::date as local_date,
        known_dates @> midnight::date as is_whole,
        midnight at time zone time_zone as day_start,
        (midnight + interval '1 day') at time zone time_zone as day_end
    from dates
),

received as (
    select distinct on (participant_id, metric, local_date) *
    from {{ ref('received_days') }}
    order by
        participant_id,
        metric,
        local_date,
        case metric
            {% for metric in ['heart_rate', 'steps', 'sleep'] %}
                when '{{ metric }}' then {{ source_rank(metric) }}
            {% endfor %}
        end
)

select
    calendar.participant_id,
    calendar.local_date,
    calendar.metric,
    case
        when not calendar.is_in_study then 'outside_study_window'
        when received.participant_id is null and calendar.is_whole then 'not_worn'
        when received.participant_id is null and calendar.local_date < calendar.asked_from
            then 'not_requested'
        when received.participant_id is null then calendar.state_of_missing
        when not calendar.is_whole then 'partial'
        when calendar.metric = 'heart_rate' and received.minutes < 600 then 'partial'
        else 'complete'
    end as state,
    received.source,
    case
        when not calendar.is_in_study then 0
        when calendar.metric <> 'sleep'
            then (extract(epoch from calendar.day_end - calendar.day_start) / 60)::integer
    end as expected_minutes,
    received.minutes as received_minutes,
    received.samples as received_samples,
    received.first_ts,
    received.last_ts
from calendar
left join received using (participant_id, metric, local_date)
where
    received.participant_id is not null
    or (calendar.is_in_study and calendar.day_end <= now())
