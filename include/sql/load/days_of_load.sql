-- The local days that a load of an account has read whole.
select first_date, last_date from raw.loads where load_id = {load_id}
