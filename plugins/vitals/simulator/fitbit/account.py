"""Profile, devices, exercises (activity logs) and the summary of a day."""

from typing import Any

from vitals.simulator.fitbit.activities import ZONE_NAMES
from vitals.simulator.fitbit.dates import distance, is_us, read_day, wall_text, weight
from vitals.simulator.fitbit.logs import read_list_request, serve_list
from vitals.simulator.formats import rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.heart import zone_bounds
from vitals.simulator.truth.people import age_on, to_date
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.simulator.truth.zones import offset_at, zone_at


def profile(call: Call) -> Any:
    """Profile with the zone that the account is in now; earlier zones are lost."""
    account, now = call.account, call.view.now
    return {
        "user": {
            "age": age_on(account.born, to_date(call.view.today())),
            "dateOfBirth": str(account.born),
            "displayName": account.participant_id,
            "encodedId": account.fitbit_id,
            "gender": "FEMALE" if account.sex == "F" else "MALE",
            "height": round(account.height_mm / 10, 1),
            "weight": weight(call, account.weight_g),
            "memberSince": str(account.member_since),
            "offsetFromUTCMillis": offset_at(account, now) * 1_000,
            "timezone": zone_at(account, now),
            "distanceUnit": "en_US" if is_us(call) else "METRIC",
            "weightUnit": "en_US" if is_us(call) else "METRIC",
        }
    }


def devices(call: Call) -> Any:
    """Devices; `lastSyncTime` is local and without offset."""
    return [
        {
            "battery": "High" if one.battery_percent > 60 else "Medium",
            "batteryLevel": one.battery_percent,
            "deviceVersion": one.model,
            "features": [],
            "id": str(one.number),
            "lastSyncTime": wall_text(one.last_sync + offset_at(call.account, one.last_sync)),
            "mac": f"0000000{one.number:05d}",
            "type": one.kind,
        }
        for one in call.view.devices()
    ]


def list_activities(call: Call) -> Any:
    """Activity logs after or before a date, in pages that are followed by `pagination.next`."""
    asked = read_list_request(call)
    exercises = call.view.exercises(*asked.days)
    return serve_list(call, asked, "activities", exercises, lambda one: activity_log(call, one))


def activity_log(call: Call, one: Exercise) -> dict[str, Any]:
    """One exercise; unlike all other times its start carries an offset."""
    totals = exercise_totals(call.view, one)
    offset = offset_at(call.account, one.start)
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    start = f"{wall_text(one.start + offset)}{sign}{minutes // 60:02}:{minutes % 60:02}"
    log: dict[str, Any] = {
        "activeDuration": one.moving_seconds * 1_000,
        "activeZoneMinutes": {"totalMinutes": totals.active_zone_minutes},
        "activityName": one.name,
        "activityTypeId": one.kind.fitbit_id,
        "calories": round(totals.active_kcal),
        "duration": one.elapsed_seconds * 1_000,
        "elevationGain": one.elevation_m,
        "hasGps": one.kind.metres_per_second > 0,
        "lastModified": rfc3339(one.updated_at).replace("Z", ".000Z"),
        "logId": one.number,
        "logType": "manual" if one.is_manual else "tracker",
        "originalDuration": one.elapsed_seconds * 1_000,
        "originalStartTime": start,
        "startTime": start,
        "steps": totals.steps,
    }
    if one.distance_m:
        log["distance"] = distance(call, one.distance_m * 1_000)
        log["distanceUnit"] = "Mile" if is_us(call) else "Kilometer"
    if totals.bpm_mean is not None:
        log["averageHeartRate"] = totals.bpm_mean
        bounds = zone_bounds(call.account, one.day)
        log["heartRateZones"] = [
            {"name": name, "min": low, "max": high, "minutes": totals.zone_minutes[zone]}
            for name, (zone, low, high) in zip(ZONE_NAMES, bounds, strict=True)
        ]
    return log


def day_summary(call: Call) -> Any:
    """Summary of a day."""
    day = read_day(call, call.path["start"])
    totals = day_totals(call.view, day)
    kilometres = distance(call, totals.distance_mm)
    return {
        "activities": [],
        "summary": {
            "activityCalories": round(totals.active_kcal),
            "caloriesBMR": round(totals.basal_kcal),
            "caloriesOut": round(totals.total_kcal),
            "distances": [{"activity": "total", "distance": kilometres}],
            "floors": totals.floors,
            "steps": totals.steps,
        },
    }
