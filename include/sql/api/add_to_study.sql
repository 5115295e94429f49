-- Dates replace stored ones only where they are given.
with stored as (
    select participant_id from api.study_members
    where study = %(study)s
),

written as (
    insert into api.study_members as members (study, participant_id, first_date, last_date)
    select distinct
        %(study)s,
        people.participant_id,
        %(first_date)s::date,
        %(last_date)s::date
    from unnest(%(people)s::text[]) as people (participant_id)
    on conflict (study, participant_id) do update set
        first_date = coalesce(excluded.first_date, members.first_date),
        last_date = coalesce(excluded.last_date, members.last_date)
    returning participant_id
)

select count(*) as added
from written
where participant_id not in (select stored.participant_id from stored)
