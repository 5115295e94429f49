-- A zone that the server does not know counts as the default one, and the days may be wrong. Debian
-- keeps old names, such as US/Pacific, in a package of its own (tzdata-legacy).
{{ config(severity='warn') }}

select
    participant_id,
    stated_time_zone,
    time_zone,
    valid_from
from {{ ref('participant_time_zones') }}
where lower(stated_time_zone) <> lower(time_zone)
