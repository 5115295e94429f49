insert into ops.freshness_limits (source, stale_after, overdue_after)
select
    %(source)s,
    make_interval(secs => 3600 * %(stale_hours)s),
    make_interval(secs => 3600 * %(overdue_hours)s)
on conflict (source) do update
    set stale_after = excluded.stale_after, overdue_after = excluded.overdue_after
