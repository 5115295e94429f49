-- What was read of days for which the source has nothing.
create temporary table staged on commit drop as
select * from raw.{table} where false
