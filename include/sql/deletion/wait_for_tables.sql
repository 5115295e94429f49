-- Chunks that are compressed are opened as far as is needed.
set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0;
set local lock_timeout = '5min';
-- Restores that began before the tombstones were set, and models that have read raw already, hold
-- these until they have committed what they read.
select pg_advisory_xact_lock(hashtextextended('vitals restore', 0));
select pg_advisory_xact_lock(hashtextextended('vitals archive', 0));
