with days as (
    select day::date as date_day
    from generate_series('2000-01-01'::timestamp, '2049-12-31'::timestamp, interval '1 day') as day
)

select
    date_day,
    extract(isoyear from date_day)::smallint as iso_year,
    extract(week from date_day)::smallint as iso_week,
    date_trunc('week', date_day::timestamp)::date as week_start,
    date_trunc('month', date_day::timestamp)::date as month_start,
    extract(year from date_day)::smallint as year_number,
    extract(quarter from date_day)::smallint as quarter_number,
    extract(month from date_day)::smallint as month_number,
    to_char(date_day, 'FMMonth') as month_name,
    extract(day from date_day)::smallint as day_of_month,
    extract(isodow from date_day)::smallint as day_of_week,
    to_char(date_day, 'FMDay') as day_name,
    extract(isodow from date_day) >= 6 as is_weekend
from days
