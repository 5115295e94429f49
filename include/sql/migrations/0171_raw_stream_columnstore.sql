-- requires: timescale
-- As with the samples of smartwatches: chunks become columnar a month after their time range.

alter table raw.stream__heart_rates set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'user_id',
    timescaledb.compress_orderby = 'ts'
);
select add_compression_policy('raw.stream__heart_rates', compress_after => interval '30 days');
