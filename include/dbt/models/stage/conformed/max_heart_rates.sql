with people as (
    select * from {{ ref('participant_birthdays') }}
),

by_age as (
    select
        people.participant_id,
        ages.age_years,
        {{ anniversary(
            'people.reference_date', '(ages.age_years - people.reference_age_years)'
        ) }} as birthday
    from people
    cross join generate_series(0, 119) as ages (age_years)
    where
        people.max_heart_rate_bpm is null
        and people.reference_date is not null
        and people.reference_age_years is not null
)

select
    participant_id,
    case when age_years = 0 then '-infinity' else birthday end as first_date,
    coalesce(lead(birthday) over (partition by participant_id order by age_years) - 1, 'infinity')
        as last_date,
    (220 - age_years)::double precision as max_heart_rate_bpm
from by_age
union all
select
    participant_id,
    '-infinity'::date as first_date,
    'infinity'::date as last_date,
    max_heart_rate_bpm
from people
where
    max_heart_rate_bpm is not null
    or reference_date is null
    or reference_age_years is null
