-- Values of one metric by local day, ISO week or month.
select
    {period} as time,
    {columns}
from agg.{table}
where
    participant_id = %(participant_id)s
    and {period} between %(first_date)s and %(last_date)s
    and {value} is not null
order by {period}
limit %(limit)s offset %(skip)s
