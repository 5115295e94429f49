-- Objects whose rows are committed; one that is loaded again keeps its first load.
insert into raw.stream__objects (object_name, load_id, event_hour, events)
select
    object_name,
    %(load_id)s,
    event_hour,
    events
from unnest(%(names)s::text[], %(hours)s::timestamptz[], %(events)s::bigint[])
    as loaded (object_name, event_hour, events)
on conflict (object_name) do nothing
