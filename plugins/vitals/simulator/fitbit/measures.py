"""HRV, SpO2, breathing rate, skin temperature, cardio score, weight and body fat."""

from typing import Any

from vitals.simulator.fitbit.dates import (
    clock_text,
    read_range,
    wall_text,
    weight,
)
from vitals.simulator.formats import date_text
from vitals.simulator.provider import Call
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.zones import offset_at, offsets_at

LONGEST = 30
LONGEST_WEIGHT, LONGEST_FAT = 31, 30
Entry = dict[str, Any]


def measured_days(call: Call, longest: int = LONGEST) -> list[tuple[int, Any]]:
    """Days of the range that have daily values."""
    start, end = read_range(call, longest, periods=False)
    found = [(day, call.view.measures(day)) for day in range(start, end + 1)]
    return [(day, measures) for day, measures in found if measures is not None]


def hrv(call: Call) -> Any:
    """RMSSD of each night."""
    return {
        "hrv": [
            entry(day, {"dailyRmssd": one.hrv_rmssd_ms, "deepRmssd": one.hrv_deep_rmssd_ms})
            for day, one in measured_days(call)
            if one.hrv_rmssd_ms is not None
        ]
    }


def hrv_intraday(call: Call) -> Any:
    """RMSSD every 5 minutes of each night."""
    found = []
    for day, _ in measured_days(call):
        night = call.view.night(day)
        if night is None:
            continue
        samples = night[1]
        wall = samples.hrv_at + offsets_at(call.account, samples.hrv_at)
        values = zip(wall.tolist(), samples.hrv_rmssd_ms.tolist(), strict=True)
        minutes = [
            {
                "minute": wall_text(second),
                "value": {"rmssd": rmssd, "coverage": 0.93, "hf": 301.2, "lf": 512.1},
            }
            for second, rmssd in values
        ]
        found.append({"dateTime": date_text(day), "minutes": minutes})
    return {"hrv": found}


def spo2(call: Call) -> Any:
    """SpO2 of each night; one date gives an object, a range a list."""
    found = [
        entry(day, {"avg": one.spo2_mean_pct, "min": one.spo2_low_pct, "max": one.spo2_high_pct})
        for day, one in measured_days(call, longest=100_000)
        if one.spo2_mean_pct is not None
    ]
    return one_or_many(call, found)


def spo2_intraday(call: Call) -> Any:
    """SpO2 in the minutes of each night."""
    found = []
    for day, _ in measured_days(call):
        night = call.view.night(day)
        if night is None:
            continue
        samples = night[1]
        wall = samples.spo2_at + offsets_at(call.account, samples.spo2_at)
        minutes = [
            {"minute": wall_text(second)[:-4], "value": value}
            for second, value in zip(wall.tolist(), samples.spo2_pct.tolist(), strict=True)
        ]
        found.append({"dateTime": date_text(day), "minutes": minutes})
    return one_or_many(call, found)


def one_or_many(call: Call, found: list[Entry]) -> Any:
    """An object for a single date (empty without data), a list for a range."""
    if "end" in call.path:
        return found
    return found[0] if found else {}


def breathing_rate(call: Call) -> Any:
    """Breaths per minute of each night."""
    return {
        "br": [
            entry(day, {"breathingRate": one.breaths_per_minute})
            for day, one in measured_days(call)
            if one.breaths_per_minute is not None
        ]
    }


def breathing_rate_intraday(call: Call) -> Any:
    """Breaths per minute by stage."""
    found = []
    for day, one in measured_days(call):
        rate = one.breaths_per_minute
        if rate is not None:
            stages = {"deep": rate - 0.3, "rem": rate + 0.6, "full": rate, "light": rate}
            value = {
                f"{name}SleepSummary": {"breathingRate": round(stage, 1)}
                for name, stage in stages.items()
            }
            found.append(entry(day, value))
    return {"br": found}


def skin_temperature(call: Call) -> Any:
    """Deviation from the baseline; nights without a baseline yet are left out."""
    return {
        "tempSkin": [
            entry(
                day, {"nightlyRelative": round(one.temperature_c - one.temperature_baseline_c, 2)}
            )
            | {"logType": "dedicated_temp_sensor"}
            for day, one in measured_days(call)
            if one.temperature_baseline_c is not None
        ]
    }


def core_temperature(call: Call) -> Any:
    """Nobody logs it here."""
    read_range(call, LONGEST, periods=False)
    return {"tempCore": []}


def cardio_score(call: Call) -> Any:
    """VO2max as a range in words, as without GPS runs."""
    return {
        "cardioScore": [
            entry(day, {"vo2Max": f"{int(one.vo2_max) - 2}-{int(one.vo2_max) + 2}"})
            for day, one in measured_days(call)
            if one.vo2_max is not None
        ]
    }


def weight_logs(call: Call) -> Any:
    """Weighings; the bmi is metric whatever the unit."""
    start, end = read_range(call, LONGEST_WEIGHT)
    metres = call.account.height_mm / 1_000
    found = []
    for one in call.view.weighings(start, end):
        bmi = round(one.weight_g / 1_000 / metres**2, 2)
        value = {"weight": weight(call, one.weight_g), "bmi": bmi, "fat": one.body_fat_pct}
        found.append({**log_head(call, one.at, one.number), **value})
    return {"weight": found}


def fat_logs(call: Call) -> Any:
    """Body fat of the same weighings."""
    start, end = read_range(call, LONGEST_FAT)
    return {
        "fat": [
            {**log_head(call, one.at, one.number), "fat": one.body_fat_pct}
            for one in call.view.weighings(start, end)
        ]
    }


def log_head(call: Call, at: int, number: int) -> Entry:
    """Id, source and local time of a body log."""
    wall = at + offset_at(call.account, at)
    date, time = date_text(wall // DAY), clock_text(wall)
    return {"logId": number, "date": date, "time": time, "source": "Aria"}


def entry(day: int, value: Entry) -> Entry:
    """Date and value."""
    return {"dateTime": date_text(day), "value": value}
