-- Whether anything was loaded on this day (UTC) yet.
select
    exists (
        select from raw.stream__objects
        where loaded_at >= date_trunc('day', now(), 'UTC')
    )
