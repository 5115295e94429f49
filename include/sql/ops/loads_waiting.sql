-- Whether one of the %(models)s has something to take in: a finished load that it has not taken in
-- yet, or everything because it was never filled or may be defined in another way now (-infinity).
-- A load that touched nothing does not count; it is taken in beside the next one that did. Loads of
-- the stream note no days: they count for the models that add each row once (%(adding)s).
select exists (
    select
    from unnest(%(models)s::text[]) as models (model_name)
    left join stage.load_progress as progress on models.model_name = progress.model_name
    where
        progress.model_name is null
        or progress.taken_at = '-infinity'
        or exists (
            select
            from raw.untaken_loads(progress.loads) as loads
            where
                -- And not "exists", for which the planner may read all touched days into a hash.
                (
                    select true
                    from raw.touched_days as touched
                    where touched.load_id = loads.load_id
                    limit 1
                )
                or (
                    models.model_name = any(%(adding)s::text[])
                    and loads.source = 'stream'
                    and loads.rows_loaded > 0
                )
        )
);
