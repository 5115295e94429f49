select
    load_id,
    lake_object
from raw.loads
where source = %(source)s and lake_object is not null
