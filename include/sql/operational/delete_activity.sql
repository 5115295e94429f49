delete from oltp.activities
where activity_id = %(key)s
