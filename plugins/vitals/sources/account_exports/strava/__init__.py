"""Strava's bulk export: activities.csv and the recordings -> raw.strava_export__*."""
