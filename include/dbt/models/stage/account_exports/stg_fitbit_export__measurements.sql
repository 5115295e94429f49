{{ export_movements('fitbit_export') }}
