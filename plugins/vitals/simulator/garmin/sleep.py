"""Sleep of the night that ends on a day, and summaries of a range."""

from typing import Any

from vitals.simulator.formats import date_text
from vitals.simulator.garmin.dates import (
    gmt_text,
    local_milliseconds,
    milliseconds,
    read_day,
    read_range,
)
from vitals.simulator.provider import Call
from vitals.simulator.truth.nights import Sleep

# The number that stands for each level; classic sleeps know asleep as light.
ACTIVITY_LEVELS = {
    "deep": 0.0,
    "light": 1.0,
    "asleep": 1.0,
    "rem": 2.0,
    "awake": 3.0,
    "restless": 3.0,
}


def daily_sleep(call: Call) -> Any:
    """The main sleep of a day; without one the object is there but empty."""
    day = read_day(call, call.query.get("date"))
    sleeps = call.view.sleeps(day, day)
    main = next((one for one in sleeps if one.is_main), None)
    if main is None:
        empty = {"userProfilePK": call.account.garmin_id, "calendarDate": date_text(day)}
        return {"dailySleepDTO": {**empty, "sleepTimeSeconds": None}, "sleepLevels": []}
    naps = sum(one.end - one.start for one in sleeps if not one.is_main)
    return {
        "dailySleepDTO": {**night(call, main), "napTimeSeconds": naps},
        "sleepLevels": [
            {
                "startGMT": gmt_text(stage.start),
                "endGMT": gmt_text(stage.end),
                "activityLevel": ACTIVITY_LEVELS[stage.level],
            }
            for stage in main.stages
        ],
    }


def summaries(call: Call) -> Any:
    """The same without levels. The shape is a guess."""
    days = read_range(call)
    sleeps = call.view.sleeps(days.start, days.stop - 1)
    return [night(call, one) for one in sleeps if one.is_main]


def night(call: Call, one: Sleep) -> dict[str, Any]:
    """Totals in seconds; the local times are wall clock encoded as if they were UTC."""
    measures = call.view.measures(one.day)
    staged = one.kind == "stages"
    levels = {
        f"{level}SleepSeconds": one.level_seconds(level) if staged else None
        for level in ("deep", "light", "rem")
    }
    return {
        "id": milliseconds(one.start),
        "userProfilePK": call.account.garmin_id,
        "calendarDate": date_text(one.day),
        "sleepTimeSeconds": one.asleep_seconds,
        **levels,
        "awakeSleepSeconds": one.end - one.start - one.asleep_seconds,
        "sleepWindowConfirmed": True,
        "sleepStartTimestampGMT": milliseconds(one.start),
        "sleepEndTimestampGMT": milliseconds(one.end),
        "sleepStartTimestampLocal": local_milliseconds(call, one.start),
        "sleepEndTimestampLocal": local_milliseconds(call, one.end),
        "avgSleepHRV": measures.hrv_rmssd_ms if measures else None,
        "avgSpO2": measures.spo2_mean_pct if measures else None,
        "averageRespirationValue": measures.breaths_per_minute if measures else None,
        "sleepScores": {"overall": {"value": 82, "qualifierKey": "GOOD"}},
    }
