-- A range that ends before it begins would stop the transformation for everybody. Sources state
-- such ends, and until now they were noted as they were stated.
update raw.touched_days set last_ts = first_ts
where last_ts < first_ts;
