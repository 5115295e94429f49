select * from api.freshness order by source, resource
