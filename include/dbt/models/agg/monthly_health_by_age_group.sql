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
        {{ age_band('age_years') }} as age_group
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
