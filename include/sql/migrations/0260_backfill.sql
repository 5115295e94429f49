-- Backfills: days that are expected and were never read are read after what is new. What has been
-- read is told by raw.loads alone; there is no state of its own that could disagree with it.

alter table raw.loads drop constraint loads_mode_check;
alter table raw.loads add constraint loads_mode_check
check (mode in ('incremental', 'window', 'full', 'restore', 'backfill'));
comment on column raw.loads.mode is
'incremental: what is new since the cursor; window: a given interval; full: the whole source again; '
'restore: rows that come back from cold storage; backfill: days of an account that were missing.';

-- Few: those that a person asked for, and those of each history once.
create index loads_apart on raw.loads (account_id, resource, load_id)
where account_id is not null and mode in ('window', 'backfill');

create view raw.dates_read_apart as
select
    source,
    account_id,
    resource,
    range_agg(daterange(first_date, final_date, '[]')) as dates
from (
    select
        loads.*,
        -- A day that was read by hand while it could still change (up to a week) has to come again.
        case
            when mode = 'backfill' then last_date
            else least(last_date, (started_at at time zone 'UTC')::date - 7)
        end as final_date
    from raw.loads
    where account_id is not null and mode in ('window', 'backfill') and status = 'done'
) as apart
where first_date <= final_date
group by source, account_id, resource;
comment on view raw.dates_read_apart is
'Local days of accounts that were read whole, but not by the nightly reading whose range is in '
'raw.cursors: because somebody asked for them, or as a backfill.';
comment on column raw.dates_read_apart.source is 'Provider.';
comment on column raw.dates_read_apart.account_id is 'provider:participant_id.';
comment on column raw.dates_read_apart.resource is 'Resource, as in raw.loads.';
comment on column raw.dates_read_apart.dates is 'The local days.';

grant usage on schema api to loader;
grant select on api.study_members to loader;
