-- Counts one request in the present window of each limit. A window begins aligned to the clock, or
-- where the one before ended if the provider had told its end.
with limits as (
    select *
    from
        unnest(
            %(limits)s::text[], %(subjects)s::text[], %(seconds)s::integer[], %(allowed)s::integer[]
        ) as limits (limit_name, subject, seconds, requests_allowed)
),

last_windows as (
    select
        limits.*,
        latest.window_start as last_start,
        latest.window_end as last_end,
        to_timestamp(
            floor(extract(epoch from clock_timestamp()) / limits.seconds) * limits.seconds
        ) as aligned
    from limits
    left join lateral (
        select *
        from accounts.request_windows as stored
        where
            stored.provider = %(provider)s
            and stored.limit_name = limits.limit_name
            and stored.subject = limits.subject
        order by stored.window_start desc
        limit 1
    ) as latest on true
),

windows as (
    select
        limit_name,
        subject,
        case
            when last_end > clock_timestamp() then last_start else greatest(aligned, last_end)
        end as window_start,
        aligned + make_interval(secs => seconds) as window_end,
        requests_allowed
    from last_windows
)

insert into accounts.request_windows as stored
select
    %(provider)s,
    limit_name,
    subject,
    window_start,
    window_end,
    1,
    requests_allowed
from windows
order by limit_name, subject
on conflict (provider, limit_name, subject, window_start) do update
    set requests = stored.requests + 1
returning limit_name, requests, requests_allowed, window_end
