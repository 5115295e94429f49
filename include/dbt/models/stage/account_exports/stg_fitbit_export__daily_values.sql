{{ export_daily_values('fitbit_export') }}
