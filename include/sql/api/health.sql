-- Days, weeks or months with all their figures, of one person or of all that a token may see.
select {columns}
from agg.{table}
where
    (%(participant_id)s::text is null or participant_id = %(participant_id)s)
    and (%(visible)s::text[] is null or participant_id = any(%(visible)s::text[]))
    and {period} between %(first_date)s and %(last_date)s
    and (
        %(after_participant)s::text is null
        or (participant_id, {period}) > (%(after_participant)s::text, %(after_date)s::date)
    )
order by participant_id, {period}
limit %(limit)s
