insert into oltp.users (
    user_id, email, gender, date_of_birth, height_cm, weight_kg, city, region, country_code,
    created_at, updated_at
)
values (
    %(user_id)s,
    %(user_id)s || '@example.org',
    %(gender)s,
    %(date_of_birth)s,
    %(height_cm)s,
    %(weight_kg)s,
    %(city)s,
    %(region)s,
    %(country_code)s,
    %(created_at)s,
    %(updated_at)s
)
on conflict (user_id) do update
set
    gender = excluded.gender,
    date_of_birth = excluded.date_of_birth,
    height_cm = excluded.height_cm,
    weight_kg = excluded.weight_kg,
    city = excluded.city,
    region = excluded.region,
    country_code = excluded.country_code,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at
