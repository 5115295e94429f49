-- What the ledger received is what the figures of the day were made from.
select
    days.participant_id,
    days.local_date
from {{ ref('daily_health') }} as days
left join {{ ref('received_days') }} as received
    on
        days.participant_id = received.participant_id
        and days.local_date = received.local_date
        and received.metric = 'heart_rate'
        and received.source = days.sources ->> 'heart_rate'
where
    days.wear_minutes is distinct from received.minutes
    or days.heart_rate_samples is distinct from received.samples
