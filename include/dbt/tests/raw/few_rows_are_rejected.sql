-- Of a load at most a twentieth of the rows is refused; more, and the source has changed its ways.
{{ config(severity='warn') }}

select
    load_id,
    source,
    resource,
    rows_read,
    rows_rejected
from {{ source('loads', 'loads') }}
where
    load_id > quality.after_load()
    and rows_read >= 20
    and rows_rejected * 20 > rows_read
