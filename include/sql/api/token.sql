-- What a token may see; no row if it is unknown, expired or revoked.
select
    tokens.token_id,
    tokens.token_name,
    tokens.scope,
    tokens.study,
    tokens.expires_at,
    case tokens.scope
        when 'participant' then array[tokens.participant_id]
        when 'study' then array(
            select study_members.participant_id from api.study_members
            where study_members.study = tokens.study
            order by study_members.participant_id
        )
    end as participants
from api.tokens
where
    tokens.token_hash = %(token_hash)s
    and tokens.revoked_at is null
    and tokens.expires_at > clock_timestamp()
