"""Fitbit's account export (Global Export Data of a Takeout) and PMData -> raw.fitbit_export__*."""
