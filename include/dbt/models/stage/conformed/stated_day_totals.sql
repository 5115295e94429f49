with stated as (
    select * from {{ ref('daily_measurements') }}
    where
        metric in ('{{ movement_totals().values() | join("', '") }}')
        and local_date > (select max(local_date) - 31 from {{ ref('daily_measurements') }})
),

accounts as (
    select
        participant_id,
        source,
        min(local_date) as first_date,
        max(local_date) as last_date
    from stated
    group by participant_id, source
),

added_up as (
    select
        days.participant_id,
        days.source,
        minutes.*
    from accounts as days
    cross join lateral (
        select
            local_date,
        {% for measure in movement_measures() %}
            sum({{ measure }} order by minute)::double precision as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
        from {{ ref('movement_minutes') }}
        where
            participant_id = days.participant_id
            and source = days.source
            and local_date between days.first_date and days.last_date
            and {{ may_be_on_days('minute') }}
        group by local_date
    ) as minutes
)

select
    stated.participant_id,
    stated.source,
    stated.local_date,
    stated.metric,
    stated.value as stated_total,
    totals.value as minutes_total,
    totals.value - stated.value as difference,
    stated.local_date = accounts.last_date as is_newest_day
from stated
inner join accounts
    on
        stated.participant_id = accounts.participant_id
        and stated.source = accounts.source
inner join added_up
    on
        stated.participant_id = added_up.participant_id
        and stated.source = added_up.source
        and stated.local_date = added_up.local_date
cross join lateral (
    values
    {% for measure, metric in movement_totals().items() %}
        ('{{ metric }}', added_up.{{ measure }}){{ ',' if not loop.last }}
    {% endfor %}
) as totals (metric, value)
where stated.metric = totals.metric and totals.value is not null
