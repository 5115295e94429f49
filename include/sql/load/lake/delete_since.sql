-- What an account's loads from one on have stored; the days are noted for the layers downstream.
with gone as (
    delete from raw.{table} as stored
    where stored.account_id = %(account_id)s and stored.load_id >= %(first)s
    returning {first_ts} as first_ts, {last_ts} as last_ts
)

insert into raw.touched_days
(load_id, source, resource, subject_id, utc_date, first_ts, last_ts)
select
    loads.load_id,
    loads.source,
    loads.resource,
    loads.account_id,
    case
        when isfinite(gone.first_ts) then (gone.first_ts at time zone 'UTC')::date
        else (now() at time zone 'UTC')::date
    end as utc_date,
    min(gone.first_ts),
    greatest(max(gone.last_ts), min(gone.first_ts))
from gone
inner join raw.loads on loads.load_id = %(load_id)s
group by loads.load_id, utc_date
