-- What the book of accesses says of people beside its column participant_id.

update api.accesses
set query = regexp_replace(query, '(^|&)cursor=[^&]*', '\1cursor=...')
where query like '%cursor=%';
comment on column api.accesses.query is
'Query string, decoded; of a cursor, which may name somebody, only that there was one.';

create function accounts.names(said text, participant_id text) returns boolean
language sql immutable
set search_path = ''
as $$
    -- As a word; what follows a dot is one of its own, so that a sentence may end with it.
    select said ~ (
        '(^|[^A-Za-z0-9_-])'
        || regexp_replace(participant_id, '([^[:alnum:]])', '\\\1', 'g')
        || '($|[^A-Za-z0-9_-])'
    )
$$;
comment on function accounts.names is 'Whether a text names a participant.';
