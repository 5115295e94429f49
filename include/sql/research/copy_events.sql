copy raw.stream__heart_rates (
    topic,
    kafka_partition,
    kafka_offset,
    ts,
    user_id,
    heart_rate_bpm,
    activity_id,
    latitude,
    longitude,
    load_id
) from stdin
