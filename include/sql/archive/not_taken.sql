-- A table of stage that is made from loads has not taken in this one.
not exists (select from stage.load_progress)
or exists (
    select from stage.load_progress as progress
    where
        to_regclass('stage.' || quote_ident(progress.model_name)) is not null
        and not loads.load_id <@ progress.loads
)
