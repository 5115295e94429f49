select
    devices,
    time_zones,
    date_of_birth,
    gender,
    height_cm
from raw.account_exports__profiles
where account_id = %(account_id)s
order by load_id desc
limit 1
