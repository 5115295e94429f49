-- A load that another run has declared dead must not write any more. The lock makes that run wait
-- until this file is committed, so that it never overlooks a change.
do $$
begin
    perform from raw.loads where load_id = {load_id} and status = 'running' for share;
    if not found then
        raise exception 'load {load_id} is no longer running: another run took its place';
    end if;
end
$$
