{{ export_activities('strava_export') }}
