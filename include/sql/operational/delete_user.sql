delete from oltp.users
where user_id = %(key)s
