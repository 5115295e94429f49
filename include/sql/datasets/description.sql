select coalesce(obj_description(to_regclass({relation}), 'pg_class'), '') as description
