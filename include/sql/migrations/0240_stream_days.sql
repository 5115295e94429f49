-- A load looks at the objects of the last days, not at all there ever were.

create index on raw.stream__objects (event_hour);
create index on raw.stream__objects (loaded_at);
