-- Versions that are older than what may be kept. The newest one of an account that is still read
-- was seen again by its last run, and stays.
delete from raw.{table} as stored
where
    stored.account_id = %(account_id)s
    and stored.seen_at < %(first_kept)s::timestamptz
    and (
        not %(is_read)s
        or exists (
            select from raw.{table} as later
            where ({later_key}) = ({stored_key}) and later.load_id > stored.load_id
        )
    )
