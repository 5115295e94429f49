{{ export_activities('fitbit_export') }}
