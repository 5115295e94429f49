-- Once no model of the transformation is between deciding what to rebuild and reading raw (each
-- holds the first lock, shared, until it is done), keep writers out until the end of the
-- transaction. The table and not the chunk: who writes locks the table first, so nobody can hold
-- something that we need while waiting for us.
do $$
begin
    perform pg_advisory_xact_lock(hashtextextended('vitals archive', 0));
    lock table raw.{table} in share mode;
end
$$
