{{ rollup('week', 'weekly_health') }}
