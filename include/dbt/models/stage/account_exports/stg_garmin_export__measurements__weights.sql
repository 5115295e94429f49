{{ export_weights('garmin_export') }}
