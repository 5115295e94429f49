{{ export_sleeps('garmin_export') }}
