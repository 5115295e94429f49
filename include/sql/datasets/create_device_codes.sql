create temporary table device_codes on commit drop as
select
    codes.device_id,
    codes.code
from jsonb_to_recordset({codes}) as codes (device_id text, code text)
