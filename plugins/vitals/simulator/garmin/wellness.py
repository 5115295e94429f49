"""Day summaries, heart rate, stress, body battery, SpO2, HRV."""

from typing import Any

import numpy as np

from vitals.simulator.formats import date_text
from vitals.simulator.garmin.dates import (
    gmt_text,
    local_text,
    milliseconds,
    read_day,
    read_range,
)
from vitals.simulator.provider import Call
from vitals.simulator.truth.totals import day_totals
from vitals.simulator.truth.view import MinuteTable
from vitals.simulator.truth.zones import slots_of_civil_day

HEART_SECONDS = 120
STRESS_SECONDS = 180
STEP_GOAL = 8_000
# Stress while nobody wears the watch, and while movement drowns it.
NOT_WORN, TOO_ACTIVE = -1, -2
Json = dict[str, Any]


def daily_summaries(call: Call) -> Any:
    """Summaries of a range, inside an object."""
    return {"data": [summary(call, day) for day in read_range(call) if day <= call.view.today()]}


def summary(call: Call, day: int) -> Json:
    """Summary of a day; what was not measured is null."""
    totals = day_totals(call.view, day)
    measures = call.view.measures(day)
    stress = stress_of(call, day)[1]
    stress = stress[stress >= 0]
    battery = battery_of(call, day)[1]
    zones = totals.zone_minutes
    worn = totals.worn_minutes > 0
    return {
        "userProfileId": call.account.garmin_id,
        "calendarDate": date_text(day),
        "totalSteps": totals.steps if worn else None,
        "dailyStepGoal": STEP_GOAL,
        "totalDistanceMeters": totals.distance_mm // 1_000 if worn else None,
        "totalKilocalories": round(totals.total_kcal),
        "activeKilocalories": round(totals.active_kcal) if worn else None,
        "bmrKilocalories": round(totals.basal_kcal),
        "restingHeartRate": measures.resting_bpm if measures else None,
        "minHeartRate": totals.heart_rate_min,
        "maxHeartRate": totals.heart_rate_max,
        "averageStressLevel": int(stress.mean()) if len(stress) else None,
        "maxStressLevel": int(stress.max()) if len(stress) else None,
        "bodyBatteryHighestValue": int(battery.max()) if len(battery) else None,
        "bodyBatteryLowestValue": int(battery.min()) if len(battery) else None,
        "moderateIntensityMinutes": zones["MODERATE"] if worn else None,
        "vigorousIntensityMinutes": zones["VIGOROUS"] + zones["PEAK"] if worn else None,
        "floorsAscended": float(totals.floors) if worn else None,
        "lastSyncTimestampGMT": gmt_text(call.view.until),
    }


def daily_steps(call: Call) -> Any:
    """Steps and distance per day."""
    found = []
    for day in read_range(call):
        totals = day_totals(call.view, day)
        if totals.minutes_known:
            worn = totals.worn_minutes > 0
            steps = totals.steps if worn else None
            metres = totals.distance_mm // 1_000 if worn else None
            values = {"totalSteps": steps, "totalDistance": metres, "stepGoal": STEP_GOAL}
            found.append({"calendarDate": date_text(day), **values})
    return found


def daily_stress(call: Call) -> Any:
    """Overall stress level per day."""
    found = []
    for day in read_range(call):
        values = stress_of(call, day)[1]
        measured = values[values >= 0]
        if len(measured):
            rest = int((measured < 26).sum()) * STRESS_SECONDS
            level = {"overallStressLevel": int(measured.mean()), "restStressDuration": rest}
            found.append({"calendarDate": date_text(day), "values": level})
    return found


def daily_hydration(call: Call) -> Any:
    """Nobody logs what they drink."""
    return [
        {"calendarDate": date_text(day), "valueInML": None, "goalInML": 2_800.0}
        for day in read_range(call)
    ]


def daily_heart_rate(call: Call) -> Any:
    """Means of 2 minutes of a day; null where nothing was measured."""
    day = read_day(call, call.query.get("date"))
    at, values = means(call, day, HEART_SECONDS)
    measures = call.view.measures(day)
    return {
        "userProfilePK": call.account.garmin_id,
        "calendarDate": date_text(day),
        **day_bounds(call, day),
        "maxHeartRate": max((value for value in values if value is not None), default=None),
        "minHeartRate": min((value for value in values if value is not None), default=None),
        "restingHeartRate": measures.resting_bpm if measures else None,
        "lastSevenDaysAvgRestingHeartRate": call.account.resting_bpm,
        "heartRateValueDescriptors": descriptors("timestamp", "heartrate"),
        "heartRateValues": [
            [milliseconds(instant), value] for instant, value in zip(at, values, strict=True)
        ],
    }


def means(call: Call, day: int, seconds: int) -> tuple[list[int], list[int | None]]:
    """Rounded mean heart rate of each stretch of a civil day that is known."""
    table = call.view.minutes_of_civil_day(day)
    at, bpm = call.view.heart_of_civil_day(day)
    # The last minute before a sync may have samples without being complete.
    starts = np.unique(np.concatenate([table.start, at]) // seconds * seconds)
    where = np.searchsorted(starts, at // seconds * seconds)
    counts = np.bincount(where, minlength=len(starts))
    sums = np.bincount(where, weights=bpm, minlength=len(starts))
    values = [
        int(round(total / count)) if count else None
        for total, count in zip(sums.tolist(), counts.tolist(), strict=True)
    ]
    return starts.tolist(), values


def day_stress(call: Call) -> Any:
    """Stress and body battery every 3 minutes; the level of the battery is the third column."""
    if not call.settings.serves_day_stress:
        raise call.dialect.error("not_found")
    day = read_day(call, call.path["day"])
    at, values = stress_of(call, day)
    battery_at, battery = battery_of(call, day)
    names = ("timestamp", "bodyBatteryStatus", "bodyBatteryLevel", "bodyBatteryVersion")
    return {
        "userProfilePK": call.account.garmin_id,
        "calendarDate": date_text(day),
        **day_bounds(call, day),
        "stressValueDescriptorsDTOList": descriptors("timestamp", "stressLevel"),
        "stressValuesArray": pairs(at, values),
        "bodyBatteryValueDescriptorsDTOList": descriptors(*names),
        "bodyBatteryValuesArray": [
            [milliseconds(instant), "MEASURED", value, 3.0]
            for instant, value in zip(battery_at.tolist(), battery.tolist(), strict=True)
        ],
    }


def body_battery(call: Call) -> Any:
    """Body battery of a range of days, with its course."""
    found = []
    for day in read_range(call):
        at, values = battery_of(call, day)
        if not len(at):
            continue
        change = np.diff(values)
        found.append(
            {
                "date": date_text(day),
                "charged": int(change[change > 0].sum()),
                "drained": int(-change[change < 0].sum()),
                **day_bounds(call, day),
                "bodyBatteryValuesArray": pairs(at, values),
                "bodyBatteryValueDescriptorDTOList": descriptors("timestamp", "bodyBatteryLevel"),
            }
        )
    return found


def stress_of(call: Call, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Instants and stress of every 3 minutes; negative says why there is no value."""
    table = call.view.minutes_of_civil_day(day)
    at, first = first_of_each(table, STRESS_SECONDS)
    bpm = np.nan_to_num(table.bpm_mean[first], nan=0)
    level = np.clip((bpm - call.account.resting_bpm) * 1.4 + 12, 1, 99).astype(int)
    level = np.where(table.steps[first] > 60, TOO_ACTIVE, level)
    return at, np.where(bpm > 0, level, NOT_WORN)


def battery_of(call: Call, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Instants and level of the body battery: filled by morning, drained by evening."""
    table = call.view.minutes_of_civil_day(day)
    at, first = first_of_each(table, STRESS_SECONDS)
    worn = table.worn[first]
    share = np.linspace(0, 1, len(at))
    level = np.where(share < 0.3, 35 + share * 180, 89 - (share - 0.3) * 95)
    return at[worn], np.clip(level[worn], 5, 100).astype(int)


def first_of_each(table: MinuteTable, seconds: int) -> tuple[np.ndarray, np.ndarray]:
    """Start of each stretch, and the index of its first minute."""
    starts, first = np.unique(table.start // seconds * seconds, return_index=True)
    return starts, first


def spo2(call: Call) -> Any:
    """SpO2 of the night that ends on a day. The shape is a guess."""
    day = read_day(call, call.path["day"])
    night, measures = call.view.night(day), call.view.measures(day)
    values: list[list[Any]] = []
    if night is not None:
        samples = night[1]
        spo2_values = samples.spo2_pct.tolist()
        values = [
            [milliseconds(at), value]
            for at, value in zip(samples.spo2_at.tolist(), spo2_values, strict=True)
        ]
    return {
        "userProfilePK": call.account.garmin_id,
        "calendarDate": date_text(day),
        "averageSpO2": measures.spo2_mean_pct if measures else None,
        "lowestSpO2": measures.spo2_low_pct if measures else None,
        "spO2ValueDescriptorsDTOList": descriptors("timestamp", "spo2Reading"),
        "spO2SingleValues": values,
    }


def hrv(call: Call) -> Any:
    """HRV of the night that ends on a day, every 5 minutes; nothing at all without a night."""
    day = read_day(call, call.path["day"])
    night = call.view.night(day)
    if night is None or call.view.measures(day) is None:
        return None
    samples = night[1]
    readings = [
        {
            "hrvValue": round(value),
            "readingTimeGMT": gmt_text(at),
            "readingTimeLocal": local_text(call, at),
        }
        for at, value in zip(samples.hrv_at.tolist(), samples.hrv_rmssd_ms.tolist(), strict=True)
    ]
    return {
        "userProfilePk": call.account.garmin_id,
        "hrvSummary": hrv_summary(call, day),
        "hrvReadings": readings,
    }


def hrv_range(call: Call) -> Any:
    """HRV summaries of the nights of a range."""
    summaries = [hrv_summary(call, day) for day in read_range(call)]
    found = [one for one in summaries if one is not None]
    return {"hrvSummaries": found, "userProfilePk": call.account.garmin_id}


def hrv_summary(call: Call, day: int) -> Json | None:
    """Summary of a night, in whole milliseconds."""
    measures = call.view.measures(day)
    if measures is None or measures.hrv_rmssd_ms is None:
        return None
    night = call.view.night(day)
    return {
        "calendarDate": date_text(day),
        "weeklyAvg": round(measures.hrv_rmssd_ms),
        "lastNightAvg": round(measures.hrv_rmssd_ms),
        "lastNight5MinHigh": round(float(night[1].hrv_rmssd_ms.max())) if night else None,
        "baseline": {"lowUpper": 30, "balancedLow": 34, "balancedUpper": 62},
        "status": "BALANCED",
    }


def day_bounds(call: Call, day: int) -> Json:
    """First and last instant of a civil day in both forms."""
    slots = slots_of_civil_day(call.account, day)
    if not slots:
        return {}
    start, end = slots[0][0], slots[-1][0] + 1_800
    return {
        "startTimestampGMT": gmt_text(start),
        "endTimestampGMT": gmt_text(end),
        "startTimestampLocal": local_text(call, start),
        "endTimestampLocal": local_text(call, end),
    }


def descriptors(*names: str) -> list[Json]:
    """What the columns of an array mean: the only safe way to read it."""
    return [{"key": name, "index": index} for index, name in enumerate(names)]


def pairs(at: np.ndarray, values: np.ndarray) -> list[list[Any]]:
    """[milliseconds, value] of each."""
    return [
        [milliseconds(instant), value]
        for instant, value in zip(at.tolist(), values.tolist(), strict=True)
    ]
