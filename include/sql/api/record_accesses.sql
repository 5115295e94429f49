insert into api.accesses
(token_id, route, participant_id, query, media_type, status, row_count)
select *
from unnest(
    %(token_id)s::integer[],
    %(route)s::text[],
    %(participant_id)s::text[],
    %(query)s::text[],
    %(media_type)s::text[],
    %(status)s::smallint[],
    %(row_count)s::bigint[]
)
returning access_id
