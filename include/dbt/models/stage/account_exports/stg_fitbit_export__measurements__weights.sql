{{ export_weights('fitbit_export') }}
