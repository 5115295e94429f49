{{ export_daily_values('garmin_export') }}
