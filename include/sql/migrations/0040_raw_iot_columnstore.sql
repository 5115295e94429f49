-- requires: timescale
-- Chunks become columnar a month after their time range: by then late documents are rare, and one
-- that still comes is written to a compressed chunk all the same, only slower. A device's samples
-- lie together in order of time, so ranges of one device decompress little and compress by 90 %.

alter table raw.iot__heart_rates set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'device_id',
    timescaledb.compress_orderby = 'ts'
);
select add_compression_policy('raw.iot__heart_rates', compress_after => interval '30 days');

alter table raw.iot__steps set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'device_id',
    timescaledb.compress_orderby = 'ts'
);
select add_compression_policy('raw.iot__steps', compress_after => interval '60 days');
