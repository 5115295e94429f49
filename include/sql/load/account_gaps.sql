-- Local days of accounts that ought to be there and were never read whole, of resources whose new
-- days the last run has read. Expected are the days of the history and of the participant's studies
-- before the first one that is read each night, and whatever somebody asked for in vain; but none
-- that the device may sync yet, which would count as read without what is still to come.
with streams as (
    select
        accounts.account_id,
        accounts.participant_id,
        cursors.resource,
        (cursors.position ->> 'read_from')::date as read_from,
        (cursors.position ->> 'complete_until')::date as complete_until
    from raw.account_states as accounts
    inner join raw.cursors
        on accounts.source = cursors.source and accounts.account_id = cursors.account_id
    cross join lateral (
        select loads.status
        from raw.loads
        where
            loads.account_id = cursors.account_id
            and loads.resource = cursors.resource
            and loads.mode = 'incremental'
            and loads.status <> 'running'
        order by loads.load_id desc
        limit 1
    ) as newest
    where
        accounts.source = %(source)s
        and accounts.account_id = any(%(account_ids)s::text[])
        and cursors.resource = any(%(resources)s::text[])
        and newest.status = 'done'
),

studies as (
    select
        participant_id,
        range_agg(daterange(first_date, last_date, '[]')) as study_dates
    from api.study_members
    where first_date is not null
    group by participant_id
),

expected as (
    select
        streams.account_id,
        streams.resource,
        (
            datemultirange(daterange(%(history_from)s::date, null))
            + coalesce(studies.study_dates, '{}')
        )
        * datemultirange(
            daterange(
                null,
                least(
                    streams.read_from,
                    greatest(streams.complete_until + 1, %(synced_from)s::date)
                )
            )
        )
        - coalesce(apart.dates, '{}') as dates
    from streams
    left join studies using (participant_id)
    left join raw.dates_read_apart as apart using (account_id, resource)
),

in_vain as (
    select
        streams.account_id,
        streams.resource,
        range_agg(missed.dates) as dates
    from streams
    cross join lateral (
        select
            datemultirange(
                daterange(
                    loads.first_date, least(loads.last_date, streams.complete_until), '[]'
                )
            )
            - coalesce(
                (
                    select range_agg(daterange(later.first_date, later.last_date, '[]'))
                    from raw.loads as later
                    where
                        later.account_id = loads.account_id
                        and later.resource = loads.resource
                        and later.load_id > loads.load_id
                        and later.status = 'done'
                        -- A rebuild notes days from the first to the last, read or not.
                        and later.mode <> 'full'
                        and later.first_date is not null
                ),
                '{}'
            ) as dates
        from raw.loads
        where
            loads.account_id = streams.account_id
            and loads.resource = streams.resource
            and loads.mode = 'window'
            and loads.status in ('failed', 'skipped', 'interrupted')
            and loads.first_date <= streams.complete_until
    ) as missed
    group by streams.account_id, streams.resource
),

refused as (
    select
        account_id,
        resource,
        min(first_date) as first_date,
        last_date
    from raw.loads
    where
        account_id = any(%(account_ids)s::text[])
        and mode = 'backfill'
        and status = 'failed'
        and cause = 'provider_error'
    group by account_id, resource, last_date
    having count(*) >= %(tries)s
),

given_up as (
    select
        account_id,
        resource,
        range_agg(daterange(first_date, last_date, '[]')) as dates
    from refused
    group by account_id, resource
)

select
    expected.account_id,
    expected.resource,
    lower(gaps.dates) as first_date,
    upper(gaps.dates) - 1 as last_date
from expected
left join in_vain using (account_id, resource)
left join given_up using (account_id, resource)
cross join lateral unnest(
    (expected.dates + coalesce(in_vain.dates, '{}') - coalesce(given_up.dates, '{}'))
    * datemultirange(daterange(%(kept_from)s::date, null))
) as gaps (dates)
order by expected.account_id, expected.resource, first_date
