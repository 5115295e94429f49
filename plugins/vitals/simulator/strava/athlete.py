"""Athlete, heart-rate zones, and the details of one activity."""

from typing import Any

from vitals.simulator.formats import rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.strava.activities import find_exercise, summary
from vitals.simulator.strava.streams import lap_list
from vitals.simulator.truth.exercises import laps_of
from vitals.simulator.truth.heart import zone_bounds
from vitals.simulator.truth.people import DAY, to_day
from vitals.simulator.truth.totals import exercise_totals


def athlete(call: Call) -> Any:
    """The athlete; weight and preferences only with `profile:read_all`."""
    account = call.account
    joined = rfc3339(to_day(account.member_since) * DAY)
    found: dict[str, Any] = {
        "id": account.strava_id,
        "username": None,
        "resource_state": 3,
        "firstname": "Simulated",
        "lastname": account.participant_id,
        "sex": account.sex,
        "premium": True,
        "summit": True,
        "created_at": joined,
        "updated_at": joined,
    }
    if "profile:read_all" in call.scopes:
        weight = round(account.weight_g / 1_000, 1)
        found |= {"measurement_preference": "meters", "ftp": None, "weight": weight}
    return found


def zones(call: Call) -> Any:
    """Heart-rate zones; the last is open above (-1)."""
    lows = [low for _, low, _ in zone_bounds(call.account, call.view.today())]
    lows[0] = 0
    highs = [*lows[1:], -1]
    bounds = [{"min": low, "max": high} for low, high in zip(lows, highs, strict=True)]
    return {"heart_rate": {"custom_zones": False, "zones": bounds}}


def activity(call: Call) -> Any:
    """DetailedActivity with laps and splits."""
    exercise = find_exercise(call)
    totals = exercise_totals(call.view, exercise)
    splits = [
        {
            "split": index,
            "distance": metres,
            "elapsed_time": end - first,
            "moving_time": end - first,
            "elevation_difference": 0.0,
            "average_speed": round(metres / (end - first), 3),
        }
        for index, (first, end, metres) in enumerate(laps_of(exercise), start=1)
    ]
    return {
        **summary(call, exercise),
        "resource_state": 3,
        "calories": totals.active_kcal,
        "description": "",
        "laps": lap_list(call, exercise),
        "splits_metric": splits,
        "segment_efforts": [],
    }


def activity_zones(call: Call) -> Any:
    """Time in each heart-rate zone."""
    exercise = find_exercise(call)
    totals = exercise_totals(call.view, exercise)
    if totals.bpm_mean is None:
        return []
    bounds = zone_bounds(call.account, exercise.day)
    buckets = [
        {"min": low, "max": high, "time": totals.zone_minutes[zone] * 60}
        for zone, low, high in bounds
    ]
    return [
        {
            "type": "heartrate",
            "resource_state": 3,
            "sensor_based": True,
            "custom_zones": False,
            "distribution_buckets": buckets,
        }
    ]
