-- Chunks that are compressed are opened as far as is needed.
set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0;
set local lock_timeout = '5min';
