-- What a channel was told already, and whether it is time to tell it again.
select
    notice_key,
    last_sent_at <= clock_timestamp() - make_interval(hours => %(repeat_hours)s) as is_due
from ops.notices
where channel = %(channel)s
