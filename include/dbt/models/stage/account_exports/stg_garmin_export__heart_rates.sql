{{ export_heart_rates('garmin_export') }}
