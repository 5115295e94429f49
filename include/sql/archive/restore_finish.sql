update raw.loads
set
    rows_read = {rows},
    rows_loaded = {added},
    rows_superseded = {rows} - {added},
    days_touched = (select count(*) from raw.touched_days as t where t.load_id = {load_id})
where loads.load_id = {load_id}
