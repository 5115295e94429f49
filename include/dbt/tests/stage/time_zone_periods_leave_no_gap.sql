-- Every instant has exactly one zone per participant.
with periods as (
    select
        participant_id,
        valid_from,
        lag(valid_to, 1, '-infinity') over (partition by participant_id order by valid_from)
            as previous_valid_to,
        lead(valid_from, 1, 'infinity') over (partition by participant_id order by valid_from)
            as next_valid_from,
        valid_to
    from {{ ref('participant_time_zones') }}
)

select *
from periods
where valid_from <> previous_valid_to or valid_to <> next_valid_from
