-- Changes when any table takes in a load, and at midnight, when ages may change.
select
    md5(
        string_agg(concat_ws(' ', model_name, loads, definition), ',' order by model_name)
        || current_date
    ) as version
from stage.load_progress
