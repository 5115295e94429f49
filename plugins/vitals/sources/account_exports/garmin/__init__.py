"""Garmin's account export ("DI_CONNECT") -> raw.garmin_export__*."""
