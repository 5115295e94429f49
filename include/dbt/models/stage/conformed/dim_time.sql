with seconds as (
    select second_of_day
    from generate_series(0, 86399) as second_of_day
)

select
    second_of_day,
    make_time(second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60) as time_of_day,
    (second_of_day / 3600)::smallint as hour_number,
    (second_of_day / 60 % 60)::smallint as minute_number,
    (second_of_day % 60)::smallint as second_number,
    case
        when second_of_day < 6 * 3600 then 'night'
        when second_of_day < 12 * 3600 then 'morning'
        when second_of_day < 18 * 3600 then 'afternoon'
        else 'evening'
    end as day_part
from seconds
