{{ export_heart_rates('fitbit_export') }}
