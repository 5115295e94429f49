-- Accounts at the providers' APIs: whose they are, how they do, their tokens, and how much of each
-- limit is used. A schema of its own, so that nobody who reads health data can read a token.

create schema accounts;
grant usage on schema accounts to loader;
alter default privileges in schema accounts
grant select, insert, update, delete on tables to loader;

create table accounts.accounts (
    account_id text primary key,
    provider text not null,
    participant_id text not null,
    provider_user_id text,
    state text not null default 'active'
    check (state in ('active', 'expiring', 'expired', 'revoked', 'needs_consent')),
    scopes text[] not null default '{}',
    consent_expires_at timestamptz,
    connected_at timestamptz not null default clock_timestamp(),
    last_success_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    unique (provider, participant_id),
    check (account_id = provider || ':' || participant_id)
);
comment on table accounts.accounts is
'One row per participant and provider that was connected: its state, and what a person must do.';
comment on column accounts.accounts.account_id is
'provider:participant_id; the subject of every raw row of the account.';
comment on column accounts.accounts.provider is 'google_health, fitbit, strava or garmin.';
comment on column accounts.accounts.participant_id is 'Whose account it is.';
comment on column accounts.accounts.provider_user_id is 'How the provider names the user.';
comment on column accounts.accounts.state is
'active; expiring: consent ends within a week; expired: the consent has ended; revoked: the user or '
'the provider withdrew it; needs_consent: the provider refuses the token. The last three are not '
'called any more until `vitals connect` renews them.';
comment on column accounts.accounts.scopes is 'What the user granted, in the words of the provider.';
comment on column accounts.accounts.consent_expires_at is
'When the refresh token ends, where the provider says so.';
comment on column accounts.accounts.connected_at is 'When consent was given last.';
comment on column accounts.accounts.last_success_at is 'When data was last read without an error.';
comment on column accounts.accounts.last_error is 'The last error in one line, without secrets.';
comment on column accounts.accounts.last_error_at is 'When it happened.';

-- Fernet tokens: readable only with the key in VITALS_TOKEN_KEY, which is not in the database.
create table accounts.tokens (
    account_id text primary key references accounts.accounts on delete cascade,
    access_token bytea,
    refresh_token bytea not null,
    access_expires_at timestamptz,
    refreshed_at timestamptz not null default clock_timestamp(),
    refreshes integer not null default 0
);
comment on table accounts.tokens is 'Tokens of the accounts, encrypted.';
comment on column accounts.tokens.account_id is 'Account that they belong to.';
comment on column accounts.tokens.access_token is 'Encrypted access token; NULL before the first use.';
comment on column accounts.tokens.refresh_token is
'Encrypted refresh token, or the personal API key where a provider has that instead.';
comment on column accounts.tokens.access_expires_at is 'When the access token ends.';
comment on column accounts.tokens.refreshed_at is 'When the tokens were stored.';
comment on column accounts.tokens.refreshes is 'How often they were renewed since the consent.';

create table accounts.request_windows (
    provider text not null,
    limit_name text not null,
    subject text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    requests integer not null,
    requests_allowed integer not null,
    primary key (provider, limit_name, subject, window_start)
);
comment on table accounts.request_windows is
'Requests counted against the limits of the providers, shared by all tasks that run at once.';
comment on column accounts.request_windows.provider is 'Provider.';
comment on column accounts.request_windows.limit_name is 'Which of its limits, such as read_15_minutes.';
comment on column accounts.request_windows.subject is
'account_id for a limit per user, or app for a limit of the whole application.';
comment on column accounts.request_windows.window_start is 'Start of the window that is counted.';
comment on column accounts.request_windows.window_end is 'Its end, when counting begins anew.';
comment on column accounts.request_windows.requests is
'Requests made, or as many as the provider says were made.';
comment on column accounts.request_windows.requests_allowed is 'Requests that the window allows.';

-- What loads of an account add to the books: one load reads whole local days of one resource of
-- one account, and replaces what is stored of them.
alter table raw.loads
add column account_id text,
add column first_date date,
add column last_date date,
add column rows_deleted bigint not null default 0,
drop constraint loads_status_check,
add constraint loads_status_check
check (status in ('running', 'done', 'failed', 'interrupted', 'skipped'));

create index loads_by_run on raw.loads (run_id);

comment on column raw.loads.account_id is 'Account that was read; NULL where a source has none.';
comment on column raw.loads.first_date is 'First local day that was read whole, or NULL.';
comment on column raw.loads.last_date is 'Last local day (inclusive) that was read whole, or NULL.';
comment on column raw.loads.rows_deleted is
'Stored rows of the days read that the source no longer states.';
comment on column raw.loads.status is
'running; done; failed: it ended with an error; interrupted: its process died; skipped: not asked '
'for, and the error says why (a scope that was not granted, a used-up limit). What a failed or '
'interrupted load had written stays, and the next run completes it.';

alter table raw.cursors
add column account_id text not null default '',
drop constraint cursors_pkey,
add primary key (source, resource, account_id);
comment on column raw.cursors.account_id is 'Account; empty where a source has none.';
