{{ export_movements('google_health_export') }}
