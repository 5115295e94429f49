-- What a table of stage or agg has not taken in yet, for the tables themselves and for whoever asks
-- whether there is something to do.
create function raw.untaken_loads(taken int4multirange) returns setof raw.loads
language sql stable
as $$
    select loads.*
    from unnest('{[1,)}'::int4multirange - taken) as untaken (load_ids)
    cross join lateral (
        select *
        from raw.loads
        where
            loads.load_id >= lower(untaken.load_ids)
            and loads.load_id < coalesce(upper(untaken.load_ids), 2147483647)
            and loads.status <> 'running'
        -- Keeps the planner from reading all loads once for each range.
        offset 0
    ) as loads
$$;
comment on function raw.untaken_loads is
'Finished loads whose numbers are not among those taken in (stage.load_progress). An index finds the '
'few among the missing numbers; a look at every load that there ever was would take longer each year.';
