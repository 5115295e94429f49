select
    activity_id,
    name,
    category,
    met,
    updated_at
from oltp.activities
order by activity_id
