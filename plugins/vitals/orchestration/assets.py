"""All assets: raw__iot -> stage -> agg__daily -> agg__weekly, agg__monthly. Each named once, here.

An asset event says "this layer has something new"; one run publishes at most one of each.
"""

from airflow.sdk import Asset

RAW_IOT = Asset(name="raw__iot", uri="vitals://warehouse/raw/iot")
STAGE = Asset(name="stage", uri="vitals://warehouse/stage")
AGG_DAILY = Asset(name="agg__daily", uri="vitals://warehouse/agg/daily")
AGG_WEEKLY = Asset(name="agg__weekly", uri="vitals://warehouse/agg/weekly")
AGG_MONTHLY = Asset(name="agg__monthly", uri="vitals://warehouse/agg/monthly")
