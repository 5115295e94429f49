-- Where the answers of a provider are kept as delivered, by the load whose rows they became.

alter table raw.loads
add column lake_object text,
add column replayed_at timestamptz;
comment on column raw.loads.lake_object is
'Object of the data lake with what the provider delivered for this load; NULL if it is not kept.';
comment on column raw.loads.replayed_at is
'When the load was last made again from that object, or began to be; NULL if it never was. A load '
'that is made again and was interrupted is completed by the next rebuild.';

-- Loads that are made again from the lake keep their numbers, and new ones go on after them.
grant update on sequence raw.loads_load_id_seq to loader;
