select
    made.*,
    (
        select count(*) from datasets.participants
        where participants.dataset_id = made.dataset_id
    ) as participants
from datasets.made
order by made.dataset_id
