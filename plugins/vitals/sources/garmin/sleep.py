"""The night that ends on a day -> a sleep with its stages.

Garmin tells the times of the main sleep only; of naps it states how long they were in all.
"""

from datetime import UTC, date

import pyarrow as pa

from vitals.sources._api.errors import ProviderUnavailableError
from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record
from vitals.sources._api.session import Nothing
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin.connection import Connection
from vitals.sources.garmin.series import days_of, instant
from vitals.sources.garmin.shapes import NIGHT, SLEEP_LEVEL
from vitals.sources.rejected import Rejected, to_json

LONGEST_MS = 48 * 3_600_000
KEY = ("start_ts",)
SCHEMA = pa.schema(
    [
        ("local_date", pa.date32()),
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("utc_offset_seconds", pa.int32()),
        ("sleep_seconds", pa.int32()),
        ("deep_seconds", pa.int32()),
        ("light_seconds", pa.int32()),
        ("rem_seconds", pa.int32()),
        ("awake_seconds", pa.int32()),
        ("nap_seconds", pa.int32()),
        ("is_confirmed", pa.bool_()),
        ("rmssd_ms", pa.float64()),
        ("spo2_mean_pct", pa.float64()),
        ("breaths_per_min", pa.float64()),
        ("score", pa.int16()),
        ("levels", pa.string()),
        ("extra", pa.string()),
    ]
)
# What the answer repeats from other resources, in more detail or for charts.
DOCUMENTED = (
    "dailySleepDTO",
    "sleepLevels",
    "avgOvernightHrv",
    "bodyBatteryChange",
    "breathingDisruptionData",
    "hrvData",
    "hrvStatus",
    "remSleepData",
    "restingHeartRate",
    "restlessMomentsCount",
    "skinTempDataExists",
    "sleepBodyBattery",
    "sleepHeartRate",
    "sleepMovement",
    "sleepRestlessMoments",
    "sleepStress",
    "wellnessEpochRespirationDataDTOList",
    "wellnessEpochSPO2DataDTOList",
    "wellnessSpO2SleepSummaryDTO",
)


def read(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The main sleeps that ended on some days, a request for each."""
    rows: list[Record] = []
    for day in days_of(window):
        answer = api.get(reading, "/sleep-service/sleep/dailySleep", date=str(day))
        if isinstance(answer, Nothing):
            continue
        night = reading.inside(answer, "dailySleepDTO", dict)
        if reading.inside(night, "calendarDate", str) != str(day):
            raise ProviderUnavailableError(f"sleep: asked for {day}, got {night['calendarDate']}")
        reading.note_unknown(answer, *DOCUMENTED)
        if _is_empty(night):
            continue
        levels = answer.get("sleepLevels") or []
        stages = reading.take(SLEEP_LEVEL, reading.whole(levels), f"{day}/levels").valid
        nights = possible(reading.take(NIGHT, [night], day).valid, day, reading)
        rows += [_row(one, stages) for one in nights]
    return reading.finish(rows, SCHEMA, KEY)


def _is_empty(night: Record) -> bool:
    """A day without a sleep has the object, and nothing in it."""
    names = ("sleepStartTimestampGMT", "sleepEndTimestampGMT", "sleepTimeSeconds")
    return all(night.get(name) is None for name in names)


def possible(nights: list[Record], day: date, reading: Reading) -> list[Record]:
    """Nights without those that end before they begin, or days later; these are refused.

    Stored, one of them would stop the sleeps of everybody: no range goes from later to earlier.
    """
    kept = []
    for night in nights:
        length_ms = night["sleepEndTimestampGMT"] - night["sleepStartTimestampGMT"]
        if 0 < length_ms <= LONGEST_MS:
            kept.append(night)
            continue
        record = f"{reading.account_id}/{reading.resource}/{day}#0"
        reason = (
            f"the sleep is {length_ms / 3_600_000:g} hours long, which must be more than 0 and at "
            "most 48: read the day again when the provider has corrected it"
        )
        reading.fetched.rejected.append(
            Rejected(record, "sleepEndTimestampGMT", reason, to_json(night))
        )
    return kept


def _row(night: Record, stages: list[Record]) -> Record:
    start, local = night["sleepStartTimestampGMT"], night.get("sleepStartTimestampLocal")
    return {
        "local_date": night["calendarDate"],
        "start_ts": instant(start),
        "end_ts": instant(night["sleepEndTimestampGMT"]),
        "utc_offset_seconds": None if local is None else (local - start) // 1_000,
        "sleep_seconds": night.get("sleepTimeSeconds"),
        "deep_seconds": night.get("deepSleepSeconds"),
        "light_seconds": night.get("lightSleepSeconds"),
        "rem_seconds": night.get("remSleepSeconds"),
        "awake_seconds": night.get("awakeSleepSeconds"),
        "nap_seconds": night.get("napTimeSeconds"),
        "is_confirmed": night.get("sleepWindowConfirmed"),
        "rmssd_ms": night.get("avgSleepHRV"),
        "spo2_mean_pct": night.get("avgSpO2"),
        "breaths_per_min": night.get("averageRespirationValue"),
        "score": _score(night.get("sleepScores")),
        "levels": to_json([_stage(one) for one in stages]) if stages else None,
        "extra": NIGHT.extra(night),
    }


def _score(scores: Record | None) -> int | None:
    return ((scores or {}).get("overall") or {}).get("value")


def _stage(level: Record) -> Record:
    start, end = (level[name].replace(tzinfo=UTC) for name in ("startGMT", "endGMT"))
    return {
        "ts": start.isoformat(),
        "seconds": (end - start).total_seconds(),
        "activity_level": level["activityLevel"],
    }
