-- Rows of the selected people and days; of one participant at a time where there are many.
select *
from (
    select {columns}
    from {relation} as stored
    inner join pg_temp.selected on stored.participant_id = selected.participant_id
    {joins}
    where
        {first_day} >= selected.first_date
        and {last_day} <= selected.last_date
        and {part}
) as exported
order by {order}
