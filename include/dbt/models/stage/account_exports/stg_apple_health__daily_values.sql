{{ export_daily_values('apple_health') }}
