-- Days that the rows of this file change, collected before they are recorded.
create temporary table touched (
    subject_id text not null,
    utc_date date not null,
    first_ts timestamptz not null,
    last_ts timestamptz not null,
    row_count bigint not null
) on commit drop
