{{ export_sleeps('apple_health') }}
