-- Problems that are over: when they come back they are told at once.
delete from ops.notices
where channel = %(channel)s and not notice_key = any(%(lasting)s)
