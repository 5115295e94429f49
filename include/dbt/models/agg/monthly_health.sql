{{ rollup('month', 'monthly_health') }}
