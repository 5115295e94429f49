-- The number under which a chunk is uploaded: that of a run that died at it, whose rows are still
-- in raw, or the next one. The bucket may know of parts that an earlier database had.
with unfinished as (
    update archive.parts as stored
    set started_at = clock_timestamp(), run_id = %(run_id)s
    where
        stored.table_name = %(table)s
        and stored.range_start = %(range_start)s
        and stored.state = 'uploading'
    returning stored.part_id, stored.part_number
),

added as (
    insert into archive.parts (
        table_name, range_start, range_end, part_number, object_key, manifest_key, run_id
    )
    select
        %(table)s,
        %(range_start)s,
        %(range_end)s,
        %(next_number)s,
        %(object_key)s,
        %(manifest_key)s,
        %(run_id)s
    where not exists (select from unfinished)
    returning part_id, part_number
)

select part_id, part_number from unfinished
union all
select part_id, part_number from added
