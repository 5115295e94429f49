stored.load_id in (select loads.load_id from raw.loads where loads.account_id = any(%(accounts)s))
or split_part(stored.record_id, '/', 1) = any(%(accounts)s)
or (
    stored.source = 'iot'
    and (
        stored.payload ->> 'device_id' = any(%(devices)s)
        or stored.payload ->> 'user_id' = %(participant_id)s
    )
)
or (
    stored.source in ('oltp', 'stream')
    and (
        stored.payload ->> 'user_id' = %(participant_id)s
        -- A message that could not be decoded is kept as it came.
        or strpos(stored.payload ->> 'value', %(participant_id)s) > 0
    )
)
