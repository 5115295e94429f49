-- What a source states as the total of a day is what its minutes add up to, within the larger of a
-- share of the total and a fixed amount. The newest day may have been read between two syncs.
{{ config(warn_if='> 0', error_if='> 20') }}

{% set tolerated = {
    'step_count_daily': 10,
    'distance': 20,
    'floors_climbed': 1,
    'calories_burned_active': 10,
    'calories_burned_total': 10,
} %}

select
    totals.*,
    tolerances.amount as tolerance
from {{ ref('stated_day_totals') }} as totals
cross join
    lateral (
        select
            greatest(
                abs(totals.stated_total) * {{ var('day_total_tolerance_pct') }} / 100,
                case totals.metric
                    {% for metric, amount in tolerated.items() %}
                        when '{{ metric }}' then {{ amount }}
                    {% endfor %}
                end
            ) as amount
    ) as tolerances
where
    not totals.is_newest_day
    and abs(totals.difference) > tolerances.amount
