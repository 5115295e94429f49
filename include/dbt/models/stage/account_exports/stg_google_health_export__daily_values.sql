{{ export_daily_values('google_health_export') }}
