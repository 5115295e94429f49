-- How many people a data set holds, beside who they are: rows of datasets.participants go with a
-- participant who is deleted, the files of a data set do not.

alter table datasets.made add column participant_count integer;
comment on column datasets.made.participant_count is
'Participants who were in it when it was whole; more than it has in datasets.participants if somebody '
'was deleted since.';

update datasets.made
set
    participant_count = (
        select count(*) from datasets.participants
        where participants.dataset_id = made.dataset_id
    )
where finished_at is not null;
