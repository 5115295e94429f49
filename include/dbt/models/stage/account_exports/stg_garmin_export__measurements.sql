{{ export_movements('garmin_export') }}
