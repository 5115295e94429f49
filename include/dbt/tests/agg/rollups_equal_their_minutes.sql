-- A monthly figure is the same figure computed directly from the minutes.
with direct as (
    select
        participant_id,
        date_trunc('month', local_date)::date as month_start,
        avg(minutes.bpm_mean) as heart_rate_mean_bpm,
        count(*) as wear_minutes
    from {{ ref('heart_rate_minutes') }} as minutes
    inner join {{ ref('daily_health') }} as days using (participant_id, local_date)
    where
        minutes.source = days.sources ->> 'heart_rate'
        and minutes.minute >= (
            select max(local_date) - interval '2 months' from {{ ref('daily_health') }}
        )
    group by 1, 2
)

select
    months.participant_id,
    months.month_start
from {{ ref('monthly_health') }} as months
inner join direct using (participant_id, month_start)
where
    months.month_start
    > (select max(local_date) - interval '1 month' from {{ ref('daily_health') }})
    and (
        abs(months.heart_rate_mean_bpm - direct.heart_rate_mean_bpm) > 1e-9
        or months.wear_minutes_total <> direct.wear_minutes
    )
