-- Changes when any table takes in a load, at midnight, when ages may change, and when a participant
-- is deleted.
select
    md5(
        string_agg(concat_ws(' ', model_name, loads, definition), ',' order by model_name)
        || current_date
        || ' '
        || (select count(*) from agg.monthly_health)
    ) as version
from stage.load_progress
