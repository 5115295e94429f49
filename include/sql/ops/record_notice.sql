insert into ops.notices (channel, notice_key, subject)
values (%(channel)s, %(notice_key)s, %(subject)s)
on conflict (channel, notice_key) do update
set
    subject = excluded.subject,
    last_sent_at = clock_timestamp(),
    times_sent = notices.times_sent + 1
