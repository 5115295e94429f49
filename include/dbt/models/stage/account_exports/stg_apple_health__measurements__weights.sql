{{ export_weights('apple_health') }}
