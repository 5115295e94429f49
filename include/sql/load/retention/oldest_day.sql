-- The first local day of an account in one table, if it is before the first that may be kept. The
-- literal bound of time lets the planner leave out the chunks of later days.
select min(local_date)
from raw.{table}
where account_id = %(account_id)s and local_date < %(first_kept)s {before}
