-- Enter a data set and whose rows it is going to hold.
with made as (
    insert into datasets.made (dataset_name, folder, study, has_pseudonyms)
    select
        %(name)s,
        case
            when not exists (
                select from unnest(%(people)s::text[]) as people (participant_id)
                where accounts.names(%(folder)s, people.participant_id)
            )
                then %(folder)s
        end,
        %(study)s,
        %(has_pseudonyms)s
    returning dataset_id
),

held as (
    insert into datasets.participants (dataset_id, participant_id)
    select
        made.dataset_id,
        people.participant_id
    from made
    cross join unnest(%(people)s::text[]) as people (participant_id)
)

select dataset_id from made
