-- A part that another database has archived is known here from now on.
insert into archive.parts (
    table_name, range_start, range_end, part_number, object_key, manifest_key, state,
    row_count, first_ts, last_ts, size_bytes, sha256, archived_at
)
values (
    '{table}',
    timestamptz '{range_start}',
    timestamptz '{range_end}',
    {part_number},
    '{object_key}',
    '{manifest_key}',
    'archived',
    {part_rows},
    timestamptz '{first}',
    timestamptz '{last}',
    {size_bytes},
    '{sha256}',
    timestamptz '{written_at}'
)
on conflict (manifest_key) do nothing
