{{ export_sleeps('fitbit_export') }}
