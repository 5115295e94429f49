-- What the ledger of participant and day (agg.participant_day) has to know beside the data: why a
-- load brought nothing, how the accounts do, and on which days a study expects data.

alter table raw.loads
add column cause text
check (cause in ('provider_error', 'rate_limited', 'token_dead', 'not_granted'));
comment on column raw.loads.cause is
'Why a failed or skipped load of an account brought nothing, in the words of agg.participant_day: '
'provider_error, rate_limited, token_dead or not_granted; NULL if the fault was on our side.';

create index loads_by_account on raw.loads (account_id, resource, load_id)
where account_id is not null;

create view raw.account_states as
select
    account_id,
    provider as source,
    participant_id,
    accounts.state_now(state, consent_expires_at) as state,
    connected_at,
    last_success_at
from accounts.accounts;
comment on view raw.account_states is
'How the accounts at providers do, without tokens, errors and the providers'' names of people.';

comment on column raw.account_states.account_id is 'provider:participant_id.';
comment on column raw.account_states.source is 'Provider.';
comment on column raw.account_states.participant_id is 'Whose account it is.';
comment on column raw.account_states.state is 'active, expiring, expired, revoked or needs_consent, at this moment.';
comment on column raw.account_states.connected_at is 'When consent was given last.';
comment on column raw.account_states.last_success_at is 'When data was last read without an error.';

alter table api.study_members
add column first_date date,
add column last_date date,
add constraint study_members_dates_check check (first_date <= last_date);
comment on column api.study_members.first_date is
'First local day on which the study expects data; NULL if it has no beginning.';
comment on column api.study_members.last_date is
'Last local day (inclusive) on which the study expects data; NULL if it has no end.';

grant usage on schema api to transformer;
grant select on api.study_members to transformer;
