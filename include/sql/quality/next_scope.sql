-- Which loads a run looks at: those after the last run in which no check failed, up to the newest one
-- that is not still under way. And from which instant on they have changed rows.
with done as (
    select runs.last_load
    from quality.runs
    where
        runs.finished_at is not null
        and runs.failed + runs.broken = 0
        and runs.run_id <> %(run_id)s
        and not %(everything)s
    order by runs.started_at desc
    limit 1
),

loads as (
    select
        coalesce((select last_load from done), 0) as after_load,
        coalesce(
            (
                select min(load_id) - 1
                from raw.loads
                where status = 'running' and started_at > clock_timestamp() - interval '1 day'
            ),
            (select max(load_id) from raw.loads),
            0
        ) as last_load
)

select
    loads.after_load,
    greatest(loads.last_load, loads.after_load) as last_load,
    case
        when loads.after_load = 0 then '-infinity'
        else coalesce(touched.first_ts, clock_timestamp())::text
    end as checked_since
from loads
cross join lateral (
    select least(
        (
            select min(touched_days.first_ts)
            from raw.touched_days
            where touched_days.load_id > loads.after_load and isfinite(touched_days.first_ts)
        ),
        (
            select min(objects.event_hour)
            from raw.stream__objects as objects
            where objects.load_id > loads.after_load
        )
    ) as first_ts
) as touched
