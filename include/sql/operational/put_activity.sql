insert into oltp.activities (activity_id, name, category, met, updated_at)
values (%(activity_id)s, %(name)s, %(category)s, %(met)s, %(updated_at)s)
on conflict (activity_id) do update
set
    name = excluded.name,
    category = excluded.category,
    met = excluded.met,
    updated_at = excluded.updated_at
