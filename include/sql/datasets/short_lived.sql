-- The first day with something of a source whose data may not be kept.
select
    found.source,
    min(found.local_date) as first_date
from (
    select
        participant_id,
        local_date,
        source
    from agg.received_days
    union all
    select
        participant_id,
        local_date,
        source
    from stage.activities
    union all
    select
        health.participant_id,
        health.local_date,
        sources.source
    from agg.daily_health as health
    cross join lateral jsonb_each_text(health.sources) as sources (figures, source)
) as found
inner join pg_temp.selected on found.participant_id = selected.participant_id
where
    found.source = any({sources})
    and found.local_date between selected.first_date and selected.last_date
group by found.source
order by first_date
limit 1
