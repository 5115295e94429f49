-- Only if all of them are still there: the rows of somebody who was deleted meanwhile are in the files.
update datasets.made
set
    finished_at = clock_timestamp(),
    participant_count = %(participants)s,
    row_count = %(row_count)s,
    data_sha256 = %(data_sha256)s
where
    dataset_id = %(dataset_id)s
    and %(participants)s = (
        select count(*) from datasets.participants
        where participants.dataset_id = %(dataset_id)s
    )
