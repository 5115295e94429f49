{{ export_heart_rates('strava_export') }}
