-- Counts are kept for a month, to be looked at. Each account clears its own, by the key: those of a
-- thousand others would be looked at a thousand times a night.
delete from accounts.request_windows
where
    provider = %(provider)s
    and limit_name = any(%(limits)s::text[])
    and subject = any(%(subjects)s::text[])
    and window_end < clock_timestamp() - interval '30 days'
