{{ export_activities('garmin_export') }}
