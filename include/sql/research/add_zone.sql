insert into raw.iot__users (user_id, load_id, devices, time_zone, created_at)
values (%(user_id)s, %(load_id)s, '[]', to_jsonb(%(time_zone)s::text), %(created_at)s)
