insert into archive.restores (
    manifest_key, target_schema, load_id, rows_in_part, rows_added, rows_left_out, is_rebuilt, run_id
)
values (
    '{manifest_key}',
    '{schema}',
    {load_id},
    {rows},
    {added},
    {left_out},
    {is_rebuilt},
    nullif('{run_id}', '')
)
