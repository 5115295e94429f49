-- The next file of the run comes over the same connection.
drop table if exists pg_temp.staged, pg_temp.best
