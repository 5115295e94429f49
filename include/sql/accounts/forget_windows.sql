-- Counts are kept for a month, to be looked at.
delete from accounts.request_windows
where provider = %(provider)s and window_end < clock_timestamp() - interval '30 days'
