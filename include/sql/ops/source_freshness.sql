-- For each source that was ever read: its last load, when it last brought something new, and how
-- new that was. Walks the index (source, resource, load_id) backwards and reads a handful of loads
-- of each resource, however many there are.
with recursive resources as (
    (select
        source,
        resource
    from raw.loads
    order by source, resource limit 1)
    union all
    select
        following.source,
        following.resource
    from resources
    cross join lateral (
        select
            loads.source,
            loads.resource
        from raw.loads as loads
        where (loads.source, loads.resource) > (resources.source, resources.resource)
        order by loads.source, loads.resource
        limit 1
    ) as following
),

newest as (
    select
        resources.source,
        resources.resource,
        latest.status,
        latest.error,
        latest.started_at,
        done.finished_at as done_at,
        news.finished_at as news_at,
        samples.newest_sample_at
    from resources
    cross join
        lateral (
            select
                status,
                error,
                started_at
            from raw.loads as loads
            where loads.source = resources.source and loads.resource = resources.resource
            order by loads.load_id desc
            limit 1
        ) as latest
    left join lateral (
        select loads.finished_at
        from raw.loads as loads
        where
            loads.source = resources.source
            and loads.resource = resources.resource
            and loads.status = 'done'
        order by loads.load_id desc
        limit 1
    ) as done on true
    left join lateral (
        select
            max(recent.finished_at) as finished_at,
            array_agg(recent.load_id) as load_ids
        from (
            select
                loads.load_id,
                loads.finished_at
            from raw.loads as loads
            where
                loads.source = resources.source
                and loads.resource = resources.resource
                and loads.status = 'done'
                and loads.days_touched > 0
            order by loads.load_id desc
            limit 5
        ) as recent
    ) as news on true
    left join lateral (
        select max(least(touched.last_ts, clock_timestamp())) as newest_sample_at
        from raw.touched_days as touched
        where touched.load_id = any(news.load_ids) and isfinite(touched.last_ts)
    ) as samples on true
)

select
    source,
    max(started_at) as last_started_at,
    max(done_at) as last_load_at,
    max(news_at) as last_news_at,
    max(newest_sample_at) as newest_sample_at,
    count(*) as resources,
    count(*) filter (where status = 'failed') as failing_resources,
    (
        array_agg(resource || ': ' || error order by started_at desc)
        filter (where status = 'failed')
    )[1] as last_error
from newest
group by source
order by source
