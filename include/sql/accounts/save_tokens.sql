-- Tokens of a new consent.
insert into accounts.tokens (account_id, access_token, refresh_token, access_expires_at)
values (%(account_id)s, %(access_token)s, %(refresh_token)s, %(access_expires_at)s)
on conflict (account_id) do update
    set
        access_token = excluded.access_token,
        refresh_token = excluded.refresh_token,
        access_expires_at = excluded.access_expires_at,
        refreshed_at = clock_timestamp(),
        refreshes = 0
