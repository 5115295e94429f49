with months as (
    select * from {{ ref('monthly_health') }}
),

people as (
    select * from {{ ref('participant_birthdays') }}
),

with_age as (
    select
        months.*,
        {{ completed_years('people.reference_date', 'months.month_start') }}
        + people.reference_age_years as age_years
    from months
    left join people on months.participant_id = people.participant_id
),

grouped as (
    select
        *,
        case
            when age_years is null then 'unknown'
            when age_years < 18 then 'under 18'
            when age_years < 30 then '18 to 29'
            when age_years < 80
                then (age_years / 10 * 10)::text || ' to ' || (age_years / 10 * 10 + 9)::text
            else '80 and over'
        end as age_group
    from with_age
)

select
    month_start,
    age_group,
    count(*) as participants,
    avg(sleep_heart_rate_mean_bpm_daily_mean) as sleep_heart_rate_mean_bpm,
    avg(steps_total::double precision) as steps_total_mean,
    avg(sleep_minutes_daily_mean) as sleep_minutes_daily_mean,
    sum(valid_days) as valid_days
from grouped
group by month_start, age_group
