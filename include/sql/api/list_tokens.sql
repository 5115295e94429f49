select
    tokens.token_id,
    tokens.token_name,
    tokens.scope,
    coalesce(tokens.participant_id, tokens.study) as sees,
    case
        when tokens.revoked_at is not null then 'revoked'
        when tokens.expires_at <= clock_timestamp() then 'expired'
        else 'active'
    end as state,
    tokens.created_at,
    tokens.expires_at,
    last_access.accessed_at as last_used_at
from api.tokens
left join lateral (
    select accesses.accessed_at from api.accesses
    where accesses.token_id = tokens.token_id
    order by accesses.accessed_at desc
    limit 1
) as last_access on true
order by tokens.token_id desc
