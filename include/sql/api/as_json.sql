-- The rows of a page as JSON, in one array: PostgreSQL writes them in less time than it would take to
-- make objects of them in Python and text of those.
select array_agg(row_to_json(page)::text) as rows
from (
    {query}
) as page
