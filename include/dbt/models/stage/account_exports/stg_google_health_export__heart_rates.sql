{{ export_heart_rates('google_health_export') }}
