insert into raw.oltp__users (
    user_id,
    load_id,
    is_deleted,
    updated_at,
    created_at,
    gender,
    date_of_birth,
    city,
    region,
    country_code
)
values (
    %(user_id)s,
    %(load_id)s,
    false,
    %(updated_at)s,
    %(created_at)s,
    %(gender)s,
    %(date_of_birth)s,
    %(city)s,
    %(region)s,
    %(country_code)s
)
