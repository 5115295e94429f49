-- A view, because it changes with the clock and with every load, whether or not that brought data.
with expected as (
    select * from {{ ref('expected_streams') }}
    where {{ is_of_any_source() }}
),

arrivals as (
    select
        participant_id,
        source,
        min(local_date) as first_date,
        max(local_date) as last_date
    from {{ ref('received_days') }}
    group by participant_id, source
),

account_streams as (
    select
        accounts.participant_id,
        expected.metric,
        accounts.source,
        coalesce(
            (cursors.position ->> 'read_from')::date,
            (accounts.connected_at at time zone 'UTC')::date
        ) as asked_from,
        case
            when cursors.position is not null
                then
                    greatest(
                        (cursors.position ->> 'complete_until')::date, arrivals.last_date - 1
                    )
        end as complete_until,
        least(lower(apart.dates), arrivals.first_date) as first_date,
        apart.dates as dates_read_apart,
        case
            when accounts.state = 'revoked' then 'consent_withdrawn'
            when accounts.state in ('expired', 'needs_consent') then 'token_dead'
            when newest.status in ('failed', 'interrupted', 'skipped')
                then coalesce(newest.cause, 'load_failed')
            when cursors.position is null then 'not_requested'
            else 'not_synced'
        end as state_of_missing
    from {{ source('loads', 'account_states') }} as accounts
    inner join expected on accounts.source = expected.source
    left join arrivals
        on
            accounts.participant_id = arrivals.participant_id
            and accounts.source = arrivals.source
    left join {{ source('loads', 'cursors') }} as cursors
        on
            accounts.source = cursors.source
            and expected.resource = cursors.resource
            and accounts.account_id = cursors.account_id
    left join {{ source('loads', 'dates_read_apart') }} as apart
        on
            accounts.account_id = apart.account_id
            and expected.resource = apart.resource
    left join lateral (
        select
            loads.status,
            loads.cause
        from {{ source('loads', 'loads') }} as loads
        where
            loads.account_id = accounts.account_id
            and loads.resource = expected.resource
            and loads.status <> 'running'
            -- What a backfill did not get says nothing of new days.
            and loads.mode <> 'backfill'
        order by loads.load_id desc
        limit 1
    ) as newest on true
),

watches as (
    select
        participant_id,
        source,
        min(seen_at at time zone 'UTC')::date as seen_from
    from {{ ref('participant_versions') }}
    where
        source = 'iot'
        and participant_id in (
            select devices.participant_id from {{ ref('participant_devices') }} as devices
            where devices.sources ? 'iot'
        )
    group by participant_id, source
),

watch_streams as (
    select
        watches.participant_id,
        expected.metric,
        watches.source,
        least(watches.seen_from, arrivals.first_date) as asked_from,
        -- A watch delivers in order: what comes after a day says that the day is whole.
        arrivals.last_date - 1 as complete_until,
        arrivals.first_date,
        null::datemultirange as dates_read_apart,
        case
            when newest.status in ('failed', 'interrupted') then 'load_failed'
            else 'not_synced'
        end as state_of_missing
    from watches
    inner join expected on watches.source = expected.source
    left join arrivals
        on
            watches.participant_id = arrivals.participant_id
            and watches.source = arrivals.source
    left join lateral (
        select loads.status
        from {{ source('loads', 'loads') }} as loads
        where
            loads.source = watches.source
            and loads.resource = expected.resource
            and loads.status <> 'running'
        order by loads.load_id desc
        limit 1
    ) as newest on true
),

-- What came in a file is whole, and nobody is asked for more.
file_streams as (
    select
        arrivals.participant_id,
        metrics.metric,
        arrivals.source,
        arrivals.first_date as asked_from,
        arrivals.last_date as complete_until,
        arrivals.first_date,
        null::datemultirange as dates_read_apart,
        'not_requested' as state_of_missing
    from arrivals
    cross join (select distinct metric from expected) as metrics
    where arrivals.source not in (select expected.source from expected)
),

streams as (
    select * from account_streams
    union all
    select * from watch_streams
    union all
    select * from file_streams
)

select
    participant_id,
    metric,
    source,
    least(asked_from, first_date) as first_date,
    asked_from,
    complete_until,
    coalesce(dates_read_apart, '{}')
    + case
        when complete_until >= asked_from
            then datemultirange(daterange(asked_from, complete_until, '[]'))
        else '{}'
    end as known_dates,
    state_of_missing
from streams
