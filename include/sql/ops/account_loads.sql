-- What a run read of each account of a provider, and why it did not read the rest.
with loads as (
    select
        account_id,
        sum(rows_loaded)::bigint as rows_loaded,
        sum(days_touched)::bigint as days_touched,
        string_agg(distinct error, '; ') filter (where status in ('failed', 'skipped')) as problems
    from raw.loads
    where run_id = %(run_id)s
    group by account_id
)

select
    accounts.participant_id,
    accounts.state,
    loads.rows_loaded,
    loads.days_touched,
    coalesce(
        loads.problems,
        case when accounts.state not in ('active', 'expiring') then accounts.last_error end
    ) as not_read_because
from accounts.accounts
left join loads on accounts.account_id = loads.account_id
where accounts.provider = %(provider)s
