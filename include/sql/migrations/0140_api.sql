-- What the health data API has of its own: its tokens, its book of accesses, the studies that a
-- token may be for, and the only views on raw that it may read.

create schema api;
grant usage on schema api to api;

create table api.study_members (
    study text not null,
    participant_id text not null,
    added_at timestamptz not null default clock_timestamp(),
    primary key (study, participant_id)
);
comment on table api.study_members is 'Participants of each study, for tokens that may see one study.';
comment on column api.study_members.study is 'Name of the study.';
comment on column api.study_members.participant_id is 'Participant.';
comment on column api.study_members.added_at is 'When the participant was added.';

create table api.tokens (
    token_id integer generated always as identity primary key,
    token_name text not null check (token_name <> ''),
    token_hash bytea not null unique check (length(token_hash) = 32),
    scope text not null check (scope in ('participant', 'study', 'read-all')),
    participant_id text,
    study text,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    check ((scope = 'participant') = (participant_id is not null)),
    check ((scope = 'study') = (study is not null))
);
comment on table api.tokens is
'Tokens of the health data API. Only a hash is kept, so that nobody who reads this table can use one.';
comment on column api.tokens.token_id is 'Number of the token, as the book of accesses names it.';
comment on column api.tokens.token_name is 'Who or what the token was made for.';
comment on column api.tokens.token_hash is 'SHA-256 of the token, which holds 256 random bits.';
comment on column api.tokens.scope is
'participant: data of one person; study: data of the members of a study; read-all: everybody, and '
'how the warehouse is doing.';
comment on column api.tokens.participant_id is 'The person of a token with scope participant.';
comment on column api.tokens.study is 'The study of a token with scope study.';
comment on column api.tokens.created_at is 'When it was made.';
comment on column api.tokens.expires_at is 'From when on it is refused.';
comment on column api.tokens.revoked_at is 'When it was withdrawn, or NULL.';

create table api.accesses (
    access_id bigint generated always as identity primary key,
    accessed_at timestamptz not null default clock_timestamp(),
    token_id integer not null references api.tokens,
    route text not null,
    participant_id text,
    query text not null,
    media_type text,
    status smallint not null,
    row_count bigint,
    ended_at timestamptz
);
create index accesses_by_participant on api.accesses (participant_id, accessed_at);
create index accesses_by_token on api.accesses (token_id, accessed_at);
comment on table api.accesses is
'Book of accesses: one row per request with a valid token, written before the answer leaves. Holds '
'who asked for what and how many rows went out, never what they said.';
comment on column api.accesses.access_id is 'Running number.';
comment on column api.accesses.accessed_at is 'When the request was answered.';
comment on column api.accesses.token_id is 'Token that it came with.';
comment on column api.accesses.route is 'Route, such as /v1/participants/{participant_id}/sleep.';
comment on column api.accesses.participant_id is 'Participant that was asked for; NULL for a cohort.';
comment on column api.accesses.query is 'Query string as it was sent.';
comment on column api.accesses.media_type is 'Form of the answer, such as text/csv.';
comment on column api.accesses.status is 'HTTP status of the answer.';
comment on column api.accesses.row_count is
'Rows that went out; NULL for a stream that has not ended, or whose process died.';
comment on column api.accesses.ended_at is 'When the last row of a stream went out, else NULL.';

grant select on api.study_members, api.tokens to api;
-- The API cannot change what is written in its book; it may only note how a stream ended.
grant insert on api.accesses to api;
grant select (access_id), update (row_count, ended_at) on api.accesses to api;

-- The newest load that brought data of some devices: one step down the index for each. What was
-- looked up by subject alone uses it as well.
create index touched_days_by_subject_and_load on raw.touched_days (subject_id, load_id);
drop index raw.touched_days_by_subject;
create index loads_by_start on raw.loads (started_at);
create index rejected_records_by_time on raw.rejected_records (rejected_at);

create function api.last_sync_at(device_ids text[]) returns timestamptz
language sql stable security definer set search_path = ''
as $$
    select max(coalesce(loads.finished_at, loads.started_at))
    from unnest(device_ids) as devices (device_id)
    cross join lateral (
        select touched_days.load_id
        from raw.touched_days
        where touched_days.subject_id = devices.device_id
        order by touched_days.load_id desc
        limit 1
    ) as newest
    inner join raw.loads on newest.load_id = loads.load_id
$$;
comment on function api.last_sync_at is
'When the newest load ended that brought data of any of these devices.';
revoke execute on function api.last_sync_at from public;
grant execute on function api.last_sync_at to api;

create view api.loads as
select
    load_id,
    source,
    resource,
    mode,
    status,
    window_start,
    window_end,
    first_date,
    last_date,
    documents_read,
    documents_unchanged,
    rows_read,
    rows_loaded,
    rows_rejected,
    rows_superseded,
    rows_deleted,
    days_touched,
    started_at,
    finished_at,
    error
from raw.loads;
comment on view api.loads is 'Loads without the accounts that they read.';

create view api.rejected_records as
select
    rejected_id,
    source,
    resource,
    field,
    reason,
    row_kept,
    load_id,
    rejected_at
from raw.rejected_records;
comment on view api.rejected_records is
'Refused records without what they said: the payload may name a person.';

create view api.account_states as
select
    participant_id,
    provider,
    case
        when state in ('active', 'expiring') and consent_expires_at <= clock_timestamp()
            then 'expired'
        when state = 'active' and consent_expires_at <= clock_timestamp() + interval '7 days'
            then 'expiring'
        else state
    end as state,
    consent_expires_at,
    connected_at,
    last_success_at,
    last_error,
    last_error_at
from accounts.accounts;
comment on view api.account_states is
'How the accounts at providers do, without tokens and without the providers'' names of people.';

create view api.freshness as
with recursive resources as (
    (
        select
            source,
            resource
        from raw.loads
        order by source, resource
        limit 1
    )
    union all
    select
        following.source,
        following.resource
    from resources
    -- From one pair straight to the next one in the index, however many loads there are.
    cross join lateral (
        select
            loads.source,
            loads.resource
        from raw.loads
        where (loads.source, loads.resource) > (resources.source, resources.resource)
        order by loads.source, loads.resource
        limit 1
    ) as following
)

select
    resources.source,
    resources.resource,
    last_load.load_id as last_load_id,
    last_load.status as last_status,
    last_load.started_at as last_started_at,
    success.finished_at as last_success_at,
    brought.finished_at as last_data_at,
    (
        select max(touched_days.last_ts)
        from raw.touched_days
        where touched_days.load_id = brought.load_id and touched_days.last_ts < 'infinity'
    ) as newest_sample_at,
    day.loads as loads_24h,
    day.rows_loaded as rows_loaded_24h,
    day.rows_rejected as rows_rejected_24h,
    case when last_load.status <> 'done' then last_load.error end as last_error
from resources
cross join
    lateral (
        select * from raw.loads
        where loads.source = resources.source and loads.resource = resources.resource
        order by loads.load_id desc
        limit 1
    ) as last_load
left join lateral (
    select loads.finished_at from raw.loads
    where
        loads.source = resources.source
        and loads.resource = resources.resource
        and loads.status = 'done'
    order by loads.load_id desc
    limit 1
) as success on true
left join lateral (
    select
        loads.load_id,
        loads.finished_at
    from raw.loads
    where
        loads.source = resources.source
        and loads.resource = resources.resource
        and loads.rows_loaded > 0
    order by loads.load_id desc
    limit 1
) as brought on true
cross join lateral (
    select
        count(*) as loads,
        coalesce(sum(loads.rows_loaded), 0)::bigint as rows_loaded,
        coalesce(sum(loads.rows_rejected), 0)::bigint as rows_rejected
    from raw.loads
    where
        loads.source = resources.source
        and loads.resource = resources.resource
        and loads.started_at >= clock_timestamp() - interval '24 hours'
) as day;
comment on view api.freshness is 'How old the data of each resource of each source is.';

grant select on api.loads, api.rejected_records, api.account_states, api.freshness to api;
