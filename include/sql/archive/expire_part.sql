-- As if the source did not state these rows any more: what was made of them downstream goes, too.
with load as (
    insert into raw.loads (
        source, resource, mode, status, run_id, finished_at, rows_deleted, days_touched
    )
    select
        split_part(table_name, '__', 1),
        split_part(table_name, '__', 2),
        'full',
        'done',
        %(run_id)s,
        clock_timestamp(),
        row_count,
        (select count(*) from archive.part_subjects as held where held.part_id = parts.part_id)
    from archive.parts
    where part_id = %(part_id)s
    returning load_id, source, resource
),

touched as (
    insert into raw.touched_days (
        load_id, source, resource, subject_id, utc_date, first_ts, last_ts
    )
    select
        load.load_id,
        load.source,
        load.resource,
        subjects.subject_id,
        (parts.first_ts at time zone 'UTC')::date,
        parts.first_ts,
        parts.last_ts
    from load
    inner join archive.parts on parts.part_id = %(part_id)s
    inner join archive.part_subjects as subjects on parts.part_id = subjects.part_id
)

update archive.parts set state = 'expired' where part_id = %(part_id)s
