-- Who is in the data set, also those of whom there is nothing else.
select *
from (
    select
        selected.exported_id as participant_id,
        nullif(selected.first_date, '-infinity') as first_date,
        nullif(selected.last_date, 'infinity') as last_date,
        {columns}
    from pg_temp.selected
    left join {relation} as stored
        on selected.participant_id = stored.participant_id and stored.is_current
    where {part}
) as exported
order by {order}
