-- As a word of the text; what follows a dot is one of its own, so that a sentence may end with it.
(stored.task_id || ' ' || stored.reason) ~ (
    '(^|[^A-Za-z0-9_-])'
    || regexp_replace(%(participant_id)s, '([^[:alnum:]])', '\\\1', 'g')
    || '($|[^A-Za-z0-9_-])'
)
