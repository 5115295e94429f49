-- The zone that an account's newest profile states.
select time_zone
from raw.{provider}__profiles
where account_id = %s
order by load_id desc
limit 1
