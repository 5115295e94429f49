-- What the clock makes of the stored state of an account, once for all that show it.
create function accounts.state_now(state text, consent_expires_at timestamptz)
returns text
language sql
as $$
    select
        case
            when state in ('active', 'expiring') and consent_expires_at <= clock_timestamp()
                then 'expired'
            when state = 'active' and consent_expires_at <= clock_timestamp() + interval '7 days'
                then 'expiring'
            else state
        end
$$;
comment on function accounts.state_now is
'State of an account at this moment: a consent that ends within a week is expiring, one that has ended expired.';

create or replace view api.account_states as
select
    participant_id,
    provider,
    accounts.state_now(state, consent_expires_at) as state,
    consent_expires_at,
    connected_at,
    last_success_at,
    last_error,
    last_error_at
from accounts.accounts;
