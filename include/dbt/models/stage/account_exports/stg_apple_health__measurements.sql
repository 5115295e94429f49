{{ export_movements('apple_health') }}
