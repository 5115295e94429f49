{{ export_activities('apple_health') }}
