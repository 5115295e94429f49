{{ export_daily_means('apple_health') }}
