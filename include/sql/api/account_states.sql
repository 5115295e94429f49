select *
from api.account_states
where
    (%(provider)s::text is null or provider = %(provider)s)
    and (%(state)s::text is null or state = %(state)s)
    and (
        %(after_participant)s::text is null
        or (participant_id, provider) > (%(after_participant)s::text, %(after_provider)s::text)
    )
order by participant_id, provider
limit %(limit)s
