delete from quality.runs where started_at < clock_timestamp() - make_interval(days => %(days)s)
