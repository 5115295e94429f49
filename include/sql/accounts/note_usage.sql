-- What the provider told about the present window: it may know of requests that we did not make.
update accounts.request_windows as stored
set
    requests = greatest(stored.requests, %(requests)s),
    requests_allowed = %(allowed)s,
    window_end = coalesce(
        clock_timestamp() + make_interval(secs => %(resets_in_seconds)s), stored.window_end
    )
where
    stored.provider = %(provider)s
    and stored.limit_name = %(limit_name)s
    and stored.subject = %(subject)s
    and stored.window_start <= clock_timestamp()
    and stored.window_end > clock_timestamp()
