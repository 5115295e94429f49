-- Objects that were loaded, of the days that are looked at.
select object_name
from raw.stream__objects
where
    %(since)s::timestamptz is null
    or event_hour is null
    or event_hour >= date_trunc('day', %(since)s::timestamptz, 'UTC')
