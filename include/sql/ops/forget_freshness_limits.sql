delete from ops.freshness_limits
where not source = any(%(sources)s::text[])
