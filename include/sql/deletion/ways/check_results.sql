-- As in failed_runs.sql.
stored.message ~ (
    '(^|[^A-Za-z0-9_-])'
    || regexp_replace(%(participant_id)s, '([^[:alnum:]])', '\\\1', 'g')
    || '($|[^A-Za-z0-9_-])'
)
