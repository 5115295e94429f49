-- What a device measures that belongs to nobody is in raw, and in no table that people query.
{{ config(severity='warn') }}

select *
from {{ ref('unowned_devices') }}
