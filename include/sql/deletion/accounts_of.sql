-- Ids of a participant's accounts: "<provider>:<participant>", and "<format>:<participant>/<device>"
-- of imports. Whatever ever wrote rows of one has a load of it, or stands in the person's profile.
with known as (
    select account_id from accounts.accounts
    union
    select account_id from raw.loads
    where account_id is not null
    union
    select account_id from raw.account_exports__profiles
    union
    select jsonb_array_elements_text(devices)
    from raw.account_exports__profiles
    where participant_id = %(participant_id)s
    union
    select subject_id from raw.touched_days
    where strpos(subject_id, ':' || %(participant_id)s) > 0
)

select account_id
from known
where
    substr(account_id, strpos(account_id, ':') + 1) = %(participant_id)s
    or starts_with(substr(account_id, strpos(account_id, ':') + 1), %(participant_id)s || '/')
order by account_id
