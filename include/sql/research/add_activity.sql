insert into raw.oltp__activities (
    activity_id, load_id, is_deleted, updated_at, name, category, met
)
values (%(activity_id)s, %(load_id)s, false, %(updated_at)s, %(name)s, %(category)s, %(met)s)
