{{ export_weights('google_health_export') }}
