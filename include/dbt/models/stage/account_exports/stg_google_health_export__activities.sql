{{ export_activities('google_health_export') }}
