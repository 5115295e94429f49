select
    name as time_zone,
    lower(name) as lookup_name
from pg_timezone_names
