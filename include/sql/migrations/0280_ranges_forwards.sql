-- A range that ends before it begins (a source stated so, before that was looked at when it is noted)
-- would stop the transformation for everybody.
update raw.touched_days set last_ts = first_ts
where last_ts < first_ts;
