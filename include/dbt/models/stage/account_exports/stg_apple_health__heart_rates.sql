{{ export_heart_rates('apple_health') }}
