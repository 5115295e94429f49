-- Loads of an earlier database have numbers, too: new ones go on after them.
do $$
begin
    perform setval('raw.loads_load_id_seq', {last_load_id})
    where {last_load_id} > (select last_value from raw.loads_load_id_seq);
end
$$
