-- Loads that failed, by source: those since the last nightly report, and those of a week that are still
-- to be made good. One that was made again is the newest of its resource and account.
with resources as (
    select
        source,
        max(load_id) filter (where status in ('failed', 'interrupted')) as failed_id,
        max(load_id) as newest_id
    from raw.loads
    where
        started_at > clock_timestamp() - interval '7 days'
        -- A backfill that a limit has ended goes on the next night: nothing of it is to be made good.
        and (mode <> 'backfill' or status <> 'skipped')
    group by source, resource, account_id
)

select
    resources.source,
    count(*) as loads,
    count(*) filter (where newest.status <> 'done') as not_made_good,
    max(failed.finished_at) as last_failed_at,
    max(newest.started_at) filter (
        where newest.load_id > failed.load_id and newest.status <> 'skipped'
    ) as tried_again_at,
    (array_agg(failed.resource || ': ' || failed.error order by failed.load_id desc))[1] as last_error
from resources
inner join raw.loads as failed on resources.failed_id = failed.load_id
inner join raw.loads as newest on resources.newest_id = newest.load_id
where
    failed.finished_at > clock_timestamp() - make_interval(hours => %(hours)s)
    or newest.status <> 'done'
group by resources.source
order by resources.source
