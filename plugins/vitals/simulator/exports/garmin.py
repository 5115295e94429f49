"""Garmin's account export: JSON of days and nights, FIT files in archives inside the archive."""

import io
import json
import zipfile
from typing import Any

import numpy as np

from vitals.simulator.exports import fit
from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import wall
from vitals.simulator.formats import date_text
from vitals.simulator.truth import View
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.totals import day_totals, exercise_totals

ROOT = "DI_CONNECT"


def write(view: View, sink: Sink, first: int, last: int) -> None:
    """Write the civil days `first` to `last`."""
    span = f"{date_text(first)}_{date_text(last)}"
    days = [_day(view, day) for day in range(first, last + 1)]
    nights = [night for day in range(first, last + 1) for night in _nights(view, day)]
    status = [one for day in range(first, last + 1) if (one := _status(view, day))]
    vo2_max = [
        {"calendarDate": date_text(day), "vo2MaxValue": measures.vo2_max, "sport": "RUNNING"}
        for day in range(first, last + 1)
        if (measures := view.measures(day)) and measures.vo2_max is not None
    ]
    _json(sink, f"DI-Connect-Aggregator/UDSFile_{span}", days)
    _json(sink, f"DI-Connect-Wellness/{span}_70000001_sleepData", nights)
    _json(sink, f"DI-Connect-Wellness/{span}_70000001_healthStatusData", status)
    _json(sink, f"DI-Connect-Metrics/MetricsMaxMetData_{span}", vo2_max)
    activities = [_activity(view, one) for one in view.exercises(first, last)]
    name = "DI-Connect-Fitness/sim@example.org_0_summarizedActivities"
    _json(sink, name, [{"summarizedActivitiesExport": activities}])
    _json(sink, "DI-Connect-User/sim@example.org-user_profile", {"userName": "sim"})
    with sink.file(f"{ROOT}/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip") as content:
        content.write(_recordings(view, first, last))


def _json(sink: Sink, name: str, content: Any) -> None:
    sink.text(f"{ROOT}/{name}.json", json.dumps(content, indent=2))


def _day(view: View, day: int) -> dict[str, Any]:
    """A summary; a heart rate of 0 and a stress below 0 are no values."""
    totals, measures = day_totals(view, day), view.measures(day)
    resting = measures.resting_bpm if measures else None
    return {
        "userProfilePK": 70_000_001,
        "calendarDate": date_text(day),
        "totalSteps": totals.steps,
        "totalDistanceMeters": totals.distance_mm / 1_000,
        "totalKilocalories": totals.total_kcal,
        "activeKilocalories": totals.active_kcal,
        "floorsAscendedInMeters": totals.floors * 3.048,
        "restingHeartRate": resting if resting is not None else 0,
        "averageSpo2Value": measures.spo2_mean_pct if measures else None,
        "allDayStress": {"aggregatorList": [{"type": "ASLEEP", "averageStressLevel": -2}]},
    }


def _nights(view: View, day: int) -> list[dict[str, Any]]:
    """Sleeps of a day; a day without one has a record that says nothing."""
    found = []
    for one in view.sleeps(day, day):
        found.append(
            {
                "sleepStartTimestampGMT": _text(one.start),
                "sleepEndTimestampGMT": _text(one.end),
                "calendarDate": date_text(day),
                "sleepWindowConfirmationType": "ENHANCED_CONFIRMED_FINAL",
                "deepSleepSeconds": one.level_seconds("deep"),
                "lightSleepSeconds": one.level_seconds("light"),
                "remSleepSeconds": one.level_seconds("rem"),
                "awakeSleepSeconds": one.level_seconds("awake"),
                "unmeasurableSeconds": -1,
                "retro": False,
            }
        )
    return found or [{"calendarDate": date_text(day), "retro": False}]


def _status(view: View, day: int) -> dict[str, Any] | None:
    measures = view.measures(day)
    if measures is None or measures.hrv_rmssd_ms is None:
        return None
    metrics = [
        {"type": "HRV", "value": measures.hrv_rmssd_ms, "status": "BALANCED"},
        {"type": "RESPIRATION", "value": measures.breaths_per_minute},
        {"type": "SPO2"},
        {"type": "SKIN_TEMP_C", "value": -1.0},
    ]
    return {"calendarDate": date_text(day), "metrics": metrics}


def _activity(view: View, one: Any) -> dict[str, Any]:
    totals = exercise_totals(view, one)
    local = int(wall(view.account, np.array([one.start]))[0])
    return {
        "activityId": one.number,
        "name": one.name,
        "activityType": one.kind.garmin,
        "beginTimestamp": one.start * 1_000,
        "startTimeLocal": local * 1_000.0,
        "duration": one.moving_seconds * 1_000.0,
        "elapsedDuration": (one.end - one.start) * 1_000.0,
        "distance": one.distance_m * 100,
        "avgHr": totals.bpm_mean,
        "maxHr": totals.bpm_max,
        "steps": totals.steps,
        "calories": totals.active_kcal * 4.184,
    }


def _recordings(view: View, first: int, last: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for one in view.exercises(first, last):
            archive.writestr(f"sim@example.org_{one.number}.fit", fit.activity(view, one))
        for day in range(first, last + 1):
            at, bpm = view.heart_of_civil_day(day)
            if len(at):
                archive.writestr(f"sim@example.org_9{day}.fit", fit.monitoring(at, bpm))
        for sleep in view.sleeps(first, last):
            offset = int(wall(view.account, np.array([sleep.end]))[0]) - sleep.end
            night = fit.sleep(sleep, offset, by_minute=sleep.day % 2 == 0)
            archive.writestr(f"sim@example.org_8{sleep.end}.fit", night)
    return content.getvalue()


def _text(second: int) -> str:
    """`2026-02-15T01:08:45.0`, UTC without saying so."""
    day, rest = divmod(second, DAY)
    return f"{date_text(day)}T{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}.0"
