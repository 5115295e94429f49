select *
from ops.freshness
order by source
