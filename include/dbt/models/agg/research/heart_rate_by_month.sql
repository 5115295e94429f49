{#- 1 is January. A meteorological season is three whole months. -#}
{% set seasons = {'north': ['winter', 'spring', 'summer', 'autumn'],
                  'south': ['summer', 'autumn', 'winter', 'spring']} %}

with events as (
    select
        participant_id,
        case when latitude >= 0 then 'north' when latitude < 0 then 'south' end as hemisphere,
        extract(month from coalesce(local_date, date_key))::smallint as month_number,
        activity_key,
        count(*) as events,
        sum(heart_rate_bpm::double precision) as bpm_sum
    from {{ ref('fct_heart_rates') }}
    where latitude is not null
    group by 1, 2, 3, 4
),

activities as (
    select * from {{ ref('dim_activity') }}
),

-- At rest, because what people do differs by season as well.
people as (
    select
        events.participant_id,
        events.hemisphere,
        events.month_number,
        sum(events.events) as events,
        sum(events.bpm_sum) / sum(events.events) as bpm_mean
    from events
    inner join activities on events.activity_key = activities.activity_key
    where activities.category = 'rest'
    group by 1, 2, 3
),

-- Against what is usual for the same person, because not everybody is there in every month.
compared as (
    select
        *,
        bpm_mean - avg(bpm_mean) over (partition by participant_id, hemisphere) as deviation_bpm,
        count(*) over (partition by participant_id, hemisphere) as months
    from people
),

grouped as (
    select
        hemisphere,
        month_number,
        count(*) as participants,
        sum(events)::bigint as events,
        avg(bpm_mean) as rest_heart_rate_mean_bpm,
        avg(deviation_bpm) as rest_heart_rate_deviation_bpm,
        stddev_samp(deviation_bpm) as rest_heart_rate_deviation_sd_bpm
    from compared
    where months > 1
    group by 1, 2
),

published as (
    {{ enough_people('grouped', 'hemisphere, month_number') }}
)

select
    hemisphere,
    month_number,
    case
        {% for hemisphere, names in seasons.items() %}
            {% for name in names %}
                when
                    hemisphere = '{{ hemisphere }}'
                    and month_number % 12 / 3 = {{ loop.index0 }}
                    then '{{ name }}'
            {% endfor %}
        {% endfor %}
    end as season,
    participants,
    events,
    rest_heart_rate_mean_bpm,
    rest_heart_rate_deviation_bpm,
    rest_heart_rate_deviation_sd_bpm
from published
