"""All assets: raw__* -> stage -> agg__daily -> agg__weekly, agg__monthly. Each named once, here.

An asset event says "this layer has something new"; one run publishes at most one of each.
"""

from airflow.sdk import Asset

RAW_IOT = Asset(name="raw__iot", uri="vitals://warehouse/raw/iot")
RAW_GOOGLE_HEALTH = Asset(name="raw__google_health", uri="vitals://warehouse/raw/google_health")
RAW_FITBIT = Asset(name="raw__fitbit", uri="vitals://warehouse/raw/fitbit")
RAW_STRAVA = Asset(name="raw__strava", uri="vitals://warehouse/raw/strava")
RAW_GARMIN = Asset(name="raw__garmin", uri="vitals://warehouse/raw/garmin")
RAW_ACCOUNT_EXPORTS = Asset(
    name="raw__account_exports", uri="vitals://warehouse/raw/account_exports"
)
RAW_RESTORED = Asset(name="raw__restored", uri="vitals://warehouse/raw/restored")
# Not among RAW: what follows those makes no figures of the stream.
RAW_STREAM = Asset(name="raw__stream", uri="vitals://warehouse/raw/stream")
RAW = (
    RAW_IOT, RAW_GOOGLE_HEALTH, RAW_FITBIT, RAW_STRAVA, RAW_GARMIN, RAW_ACCOUNT_EXPORTS,
    RAW_RESTORED, RAW_STREAM,
)  # fmt: skip
STAGE = Asset(name="stage", uri="vitals://warehouse/stage")
AGG_DAILY = Asset(name="agg__daily", uri="vitals://warehouse/agg/daily")
AGG_WEEKLY = Asset(name="agg__weekly", uri="vitals://warehouse/agg/weekly")
AGG_MONTHLY = Asset(name="agg__monthly", uri="vitals://warehouse/agg/monthly")
