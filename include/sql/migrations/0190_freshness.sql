-- How fresh each source is, computed in one place: the page in Airflow, the nightly report, the
-- report of the data checks, the dashboard and the API all read these views.

create table ops.freshness_limits (
    source text primary key,
    stale_after interval not null check (stale_after > '0'),
    overdue_after interval not null,
    check (overdue_after >= stale_after)
);
comment on table ops.freshness_limits is
'After how long without anything new a source is stale, and overdue. Written by `make up` from '
'VITALS_STALE_AFTER_HOURS, VITALS_OVERDUE_AFTER_HOURS and the same of single sources.';
comment on column ops.freshness_limits.source is
'Source; * for all that have no row of their own. A source with a row of its own is always expected '
'to bring something.';
comment on column ops.freshness_limits.stale_after is 'From then on it is stale: a warning.';
comment on column ops.freshness_limits.overdue_after is 'From then on it is overdue: an error.';
insert into ops.freshness_limits values ('*', interval '36 hours', interval '72 hours');

-- Walks the index (source, resource, load_id) backwards and reads a handful of loads of each
-- resource, however many there are.
create view ops.resource_freshness as
with recursive resources as (
    (
        select
            source,
            resource
        from raw.loads
        order by source, resource
        limit 1
    )
    union all
    select
        following.source,
        following.resource
    from resources
    -- From one pair straight to the next one in the index.
    cross join lateral (
        select
            loads.source,
            loads.resource
        from raw.loads
        where (loads.source, loads.resource) > (resources.source, resources.resource)
        order by loads.source, loads.resource
        limit 1
    ) as following
)

select
    resources.source,
    resources.resource,
    oldest.started_at as first_started_at,
    newest.load_id as last_load_id,
    newest.status as last_status,
    newest.started_at as last_started_at,
    success.finished_at as last_success_at,
    brought.finished_at as last_data_at,
    (
        select max(least(touched_days.last_ts, clock_timestamp()))
        from raw.touched_days
        where touched_days.load_id = any(brought.load_ids) and isfinite(touched_days.last_ts)
    ) as newest_sample_at,
    case when newest.status <> 'done' then newest.error end as last_error
from resources
cross join
    lateral (
        select loads.started_at from raw.loads
        where loads.source = resources.source and loads.resource = resources.resource
        order by loads.load_id
        limit 1
    ) as oldest
cross join
    lateral (
        select
            loads.load_id,
            loads.status,
            loads.started_at,
            loads.error
        from raw.loads
        where loads.source = resources.source and loads.resource = resources.resource
        order by loads.load_id desc
        limit 1
    ) as newest
left join lateral (
    select loads.finished_at from raw.loads
    where
        loads.source = resources.source
        and loads.resource = resources.resource
        and loads.status = 'done'
    order by loads.load_id desc
    limit 1
) as success on true
left join lateral (
    select
        max(recent.finished_at) as finished_at,
        array_agg(recent.load_id) as load_ids
    from (
        select
            loads.load_id,
            loads.finished_at
        from raw.loads
        where
            loads.source = resources.source
            and loads.resource = resources.resource
            and loads.status = 'done'
            and loads.days_touched > 0
        order by loads.load_id desc
        limit 5
    ) as recent
) as brought on true;
comment on view ops.resource_freshness is
'For each resource of each source that was ever read: how its last load went, when it last brought '
'something new, and how new that was.';

create view ops.freshness as
with sources as (
    select
        source,
        min(first_started_at) as first_started_at,
        max(last_started_at) as last_started_at,
        max(last_success_at) as last_success_at,
        max(last_data_at) as last_data_at,
        max(newest_sample_at) as newest_sample_at,
        count(*) as resources,
        count(*) filter (where last_status = 'failed') as failing_resources,
        (
            array_agg(resource || ': ' || last_error order by last_started_at desc)
            filter (where last_status = 'failed')
        )[1] as last_error
    from ops.resource_freshness
    group by source
),

expected as (
    select
        sources.*,
        -- Files of account exports come when somebody brings them; a provider without an account
        -- that works owes nothing.
        sources.source = 'iot'
        or own.source is not null
        or exists (
            select
            from accounts.accounts
            where
                accounts.provider = sources.source
                and accounts.state_now(accounts.state, accounts.consent_expires_at)
                in ('active', 'expiring')
        ) as is_expected,
        coalesce(own.stale_after, general.stale_after) as stale_after,
        coalesce(own.overdue_after, general.overdue_after) as overdue_after,
        clock_timestamp() - sources.last_data_at as silent_for,
        clock_timestamp() - coalesce(sources.last_data_at, sources.first_started_at) as waited_for
    from sources
    inner join ops.freshness_limits as general on general.source = '*'
    left join ops.freshness_limits as own on sources.source = own.source
)

select
    source,
    last_started_at,
    last_success_at,
    last_data_at,
    newest_sample_at,
    resources,
    failing_resources,
    last_error,
    is_expected,
    stale_after,
    overdue_after,
    silent_for,
    case
        when is_expected and waited_for > overdue_after then 'overdue'
        -- What never brought anything does not do well, even if it was first read just now.
        when is_expected and (silent_for is null or silent_for > stale_after) then 'stale'
        when failing_resources > 0 then 'failing'
        when is_expected then 'fresh'
        else 'on demand'
    end as state
from expected;
comment on view ops.freshness is
'How fresh each source is. state: overdue or stale if it is expected to bring something and has not '
'for longer than its limit; failing if the last load of a resource failed; fresh; on demand if '
'nothing is expected of it.';

-- The same columns as before, and those of the source.
create or replace view api.freshness as
select
    resources.source,
    resources.resource,
    resources.last_load_id,
    resources.last_status,
    resources.last_started_at,
    resources.last_success_at,
    resources.last_data_at,
    resources.newest_sample_at,
    day.loads as loads_24h,
    day.rows_loaded as rows_loaded_24h,
    day.rows_rejected as rows_rejected_24h,
    resources.last_error,
    sources.state as source_state,
    extract(epoch from sources.stale_after)::double precision / 3600 as stale_after_hours,
    extract(epoch from sources.overdue_after)::double precision / 3600 as overdue_after_hours
from ops.resource_freshness as resources
inner join ops.freshness as sources on resources.source = sources.source
cross join lateral (
    select
        count(*) as loads,
        coalesce(sum(loads.rows_loaded), 0)::bigint as rows_loaded,
        coalesce(sum(loads.rows_rejected), 0)::bigint as rows_rejected
    from raw.loads
    where
        loads.source = resources.source
        and loads.resource = resources.resource
        and loads.started_at >= clock_timestamp() - interval '24 hours'
) as day;
