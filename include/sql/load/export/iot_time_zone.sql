-- The zone history of a person who has a watch in the document store.
select time_zone
from raw.iot__users
where user_id = %(participant_id)s and time_zone is not null
order by load_id desc
limit 1
