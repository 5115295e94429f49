-- Every minute with a heart rate is in exactly one zone, unless the maximum is unknown.
select *
from {{ ref('daily_health') }}
where
    hr_zone_light_minutes
    + hr_zone_moderate_minutes
    + hr_zone_vigorous_minutes
    + hr_zone_peak_minutes
    <> wear_minutes
