-- When each table last took in a load, and how many loads that touched something it has yet to take.
select
    progress.model_name as name,
    case
        when progress.taken_at > '-infinity' then to_json(progress.taken_at) #>> '{{}}'
    end as taken_at,
    (
        select count(*)
        from raw.untaken_loads(progress.loads) as loads
        where
            (
                select true
                from raw.touched_days as touched
                where touched.load_id = loads.load_id
                limit 1
            )
    ) as waiting
from stage.load_progress as progress
where progress.model_name = any({models})
order by name
