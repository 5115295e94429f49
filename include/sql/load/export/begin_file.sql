-- Rows that this file changes, and how many each file of the export brought.
create temporary table written (
    file_id integer not null,
    subject_id text not null,
    first_ts timestamptz not null,
    last_ts timestamptz not null
) on commit drop
