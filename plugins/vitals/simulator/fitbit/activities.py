"""Daily series and intraday values of steps, distance, floors, elevation, calories and heart rate.

Activity series state a value for every day asked for, "0" where there is none: at Fitbit zero and
missing look the same. Heart-rate days without a value have no `restingHeartRate`.
"""

from typing import Any

import numpy as np

from vitals.simulator.fitbit.dates import (
    clock_text,
    distance,
    read_clock,
    read_day,
    read_range,
)
from vitals.simulator.fitbit.dialect import invalid
from vitals.simulator.formats import date_text
from vitals.simulator.provider import Call
from vitals.simulator.truth.heart import zone_bounds
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.totals import DayTotals, day_totals
from vitals.simulator.truth.view import MinuteTable
from vitals.simulator.truth.zones import offsets_at

LONGEST = 1_095
LONGEST_BY_RESOURCE = {"activityCalories": 30, "heart": 366}
ZONE_NAMES = ("Out of Range", "Fat Burn", "Cardio", "Peak")
METRES_PER_FLOOR = 3.048
MINUTES = {"1min": 1, "5min": 5, "15min": 15}
RESOURCES = ("steps", "distance", "floors", "elevation", "calories", "activityCalories")


def series(call: Call) -> Any:
    """Daily values of a range."""
    resource = call.path["resource"]
    require_scope(call, resource)
    start, end = read_range(call, LONGEST_BY_RESOURCE.get(resource, LONGEST))
    days = range(start, end + 1)
    return {f"activities-{resource}": [day_entry(call, resource, day) for day in days]}


def require_scope(call: Call, resource: str) -> None:
    """Heart rate has a scope of its own."""
    if resource not in (*RESOURCES, "heart"):
        raise call.dialect.error("not_found", f"There is no resource {resource}.")
    call.require("heartrate" if resource == "heart" else "activity")


def day_entry(call: Call, resource: str, day: int) -> dict[str, Any]:
    """Value of one day."""
    totals = day_totals(call.view, day)
    value = heart_day(call, day, totals) if resource == "heart" else total(call, resource, totals)
    return {"dateTime": date_text(day), "value": value}


def total(call: Call, resource: str, totals: DayTotals) -> str:
    """Total of an activity resource, as a string."""
    values = {
        "steps": totals.steps,
        "distance": distance(call, totals.distance_mm),
        "floors": totals.floors,
        "elevation": round(totals.floors * METRES_PER_FLOOR, 3),
        "calories": round(totals.total_kcal),
        "activityCalories": round(totals.active_kcal),
    }
    return str(values[resource])


def heart_day(call: Call, day: int, totals: DayTotals) -> dict[str, Any]:
    """Zones and, if it was measured, the resting heart rate."""
    bounds = zone_bounds(call.account, day)
    value: dict[str, Any] = {
        "customHeartRateZones": [],
        "heartRateZones": [
            {"name": ZONE_NAMES[index], "min": low, "max": high}
            | (
                {"minutes": totals.zone_minutes[zone], "caloriesOut": 0}
                if totals.worn_minutes
                else {}
            )
            for index, (zone, low, high) in enumerate(bounds)
        ],
    }
    measures = call.view.measures(day)
    if measures is not None and measures.resting_bpm is not None:
        value["restingHeartRate"] = measures.resting_bpm
    return value


def intraday(call: Call) -> Any:
    """Values within one day, by local clock without offset."""
    resource = call.path["resource"]
    require_scope(call, resource)
    day = read_day(call, call.path["start"])
    detail = call.path["detail"]
    if detail not in MINUTES and not (detail == "1sec" and resource == "heart"):
        raise invalid(f"Invalid detail level: {detail}", "detail-level")
    first = read_clock(call.path["from"]) if "from" in call.path else 0
    last = read_clock(call.path["to"]) + 59 if "to" in call.path else DAY
    if resource == "heart":
        dataset = heart_dataset(call, day, detail, first, last)
    else:
        dataset = activity_dataset(call, resource, day, MINUTES[detail], first, last)
    return {
        f"activities-{resource}": [day_entry(call, resource, day)],
        f"activities-{resource}-intraday": {
            "dataset": dataset,
            "datasetInterval": MINUTES.get(detail, 1),
            "datasetType": "second" if detail == "1sec" else "minute",
        },
    }


def heart_dataset(call: Call, day: int, detail: str, first: int, last: int) -> list[dict[str, Any]]:
    """Samples, or means of the minutes that have any."""
    at, bpm = call.view.heart_of_civil_day(day)
    wall = at + offsets_at(call.account, at)
    here = (wall % DAY >= first) & (wall % DAY <= last)
    wall, bpm, at = wall[here], bpm[here], at[here]
    if detail != "1sec":
        # Grouped by instant: the hour that the clock repeats in autumn appears twice.
        length = MINUTES[detail] * 60
        groups, index, where = np.unique(at // length, return_index=True, return_inverse=True)
        bpm = np.rint(np.bincount(where, weights=bpm, minlength=len(groups)) / np.bincount(where))
        wall = wall[index] // length * length
    return [
        {"time": clock_text(second), "value": int(value)}
        for second, value in zip(wall.tolist(), bpm.tolist(), strict=True)
    ]


def activity_dataset(
    call: Call, resource: str, day: int, minutes: int, first: int, last: int
) -> list[dict[str, Any]]:
    """Every minute of the day that is known, zeros included."""
    table = call.view.minutes_of_civil_day(day)
    wall = table.start + offsets_at(call.account, table.start)
    here = (wall % DAY >= first) & (wall % DAY <= last)
    values = minute_values(call, resource, table)[here]
    length = minutes * 60
    starts = table.start[here]
    groups, index, where = np.unique(starts // length, return_index=True, return_inverse=True)
    sums = np.bincount(where, weights=values, minlength=len(groups))
    whole = resource in ("steps", "floors")
    return [
        {"time": clock_text(second), "value": int(value) if whole else round(float(value), 5)}
        for second, value in zip(wall[here][index].tolist(), sums.tolist(), strict=True)
    ]


def minute_values(call: Call, resource: str, table: MinuteTable) -> np.ndarray:
    """Values per minute of an activity resource."""
    if resource == "distance":
        return np.array([distance(call, value) for value in table.distance_mm.tolist()])
    return {
        "steps": table.steps,
        "floors": table.floors,
        "elevation": table.floors * METRES_PER_FLOOR,
        "calories": table.active_kcal + call.account.basal_kcal_per_minute,
        "activityCalories": table.active_kcal,
    }[resource]


def zone_minute_series(call: Call) -> Any:
    """Active zone minutes per day; days without any are left out."""
    start, end = read_range(call, LONGEST)
    entries = []
    for day in range(start, end + 1):
        zones = day_totals(call.view, day).zone_minutes
        value = zone_minutes(zones["MODERATE"], 2 * zones["VIGOROUS"], 2 * zones["PEAK"])
        if value:
            entries.append({"dateTime": date_text(day), "value": value})
    return {"activities-active-zone-minutes": entries}


def zone_minutes(fat_burn: int, cardio: int, peak: int) -> dict[str, int]:
    """Active zone minutes in total and by zone; empty without any."""
    named = {
        "fatBurnActiveZoneMinutes": fat_burn,
        "cardioActiveZoneMinutes": cardio,
        "peakActiveZoneMinutes": peak,
    }
    earned = {name: value for name, value in named.items() if value}
    return {"activeZoneMinutes": fat_burn + cardio + peak, **earned} if earned else {}


def zone_minutes_intraday(call: Call) -> Any:
    """Minutes of a day that earn zone minutes."""
    day = read_day(call, call.path["start"])
    if call.path["detail"] != "1min":
        raise invalid("Invalid detail level: 1min is simulated", "detail-level")
    table = call.view.minutes_of_civil_day(day)
    table = table.where(table.zone > 0)
    wall = table.start + offsets_at(call.account, table.start)
    minutes = []
    for second, zone in zip(wall.tolist(), table.zone.tolist(), strict=True):
        earned = [1 if zone == 1 else 0, 2 if zone == 2 else 0, 2 if zone == 3 else 0]
        minute = f"{date_text(second // DAY)}T{clock_text(second)}"
        minutes.append({"minute": minute, "value": zone_minutes(*earned)})
    entry = {"dateTime": date_text(day), "minutes": minutes}
    return {"activities-active-zone-minutes-intraday": [entry]}
