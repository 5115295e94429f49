"""The classic tree of a Takeout: `Global Export Data` with JSON, and CSV files of single features.

Its oddities, all of which were seen in real ones: intraday times in UTC but energy in local time,
and sleeps in local time without an offset; values as text; records out of order; samples of
confidence 0; placeholders of 0 with a null date that reach into the future; files of 30 days that
overlap, with an older copy of a sleep in the earlier one; SpO2 of exactly 50.0; weight in pounds.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import (
    local_iso,
    slashed,
    wall,
    write_array,
    write_csv,
    zulu,
)
from vitals.simulator.truth import View
from vitals.simulator.truth.nights import Sleep, Stage
from vitals.simulator.truth.people import DAY, to_date
from vitals.simulator.truth.totals import exercise_totals

ROOT = "Takeout/Fitbit/Global Export Data"
CHUNK_DAYS = 30
_LEVELS = {"awake": "wake"}
_POUND_KG = 0.45359237


@dataclass(frozen=True)
class Style:
    """How one export words things.

    Attributes:
        root: folder of the JSON files.
        local: streams whose times are wall-clock time.
        time: how times of samples are written.
        merged: whether there is one file for each stream, as in PMData.
        in_pounds: unit of weights.
        has_features: whether the CSV files of single features are written, too.
        sleep_offset: offset in seconds that the watch showed at an instant.
    """

    root: str = ROOT
    local: frozenset[str] = frozenset({"calories"})
    time: Callable[[np.ndarray], list[str]] = slashed
    merged: bool = False
    in_pounds: bool = True
    has_features: bool = True
    sleep_offset: Callable[[View, int], int] = field(
        default=lambda view, at: int(wall(view.account, np.array([at]))[0]) - at
    )


def write(view: View, sink: Sink, first: int, last: int, style: Style | None = None) -> None:
    """Write the civil days `first` to `last`."""
    style = style or Style()
    _heart_rates(view, sink, first, last, style)
    _minutes(view, sink, first, last, style)
    _sleeps(view, sink, first, last, style)
    _exercises(view, sink, first, last, style)
    _resting(view, sink, first, last, style)
    _weights(view, sink, first, last, style)
    if style.has_features:
        _vo2_max(view, sink, first, last, style)
        _features(view, sink, first, last)


def _name(style: Style, stream: str, day: int) -> str:
    return f"{style.root}/{stream}.json" if style.merged else f"{style.root}/{stream}-{to_date(day)}.json"  # fmt: skip  # noqa: E501


def _heart_rates(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    """One file for each UTC day, each with a few samples that nobody should believe."""
    days = range(first - 1, last + 2)
    if style.merged:
        with sink.file(_name(style, "heart_rate", first)) as content:
            write_array(content, (one for day in days for one in _heart_day(view, day, first, last, style)))  # fmt: skip  # noqa: E501
        return
    for day in days:
        records = list(_heart_day(view, day, first, last, style))
        if records:
            with sink.file(_name(style, "heart_rate", day)) as content:
                write_array(content, records)


def _heart_day(view: View, day: int, first: int, last: int, style: Style) -> Iterator[str]:
    at, bpm = view.heart(day)
    local = wall(view.account, at)
    inside = (local // DAY >= first) & (local // DAY <= last)
    at, bpm, local = at[inside], bpm[inside], local[inside]
    texts = style.time(local if "heart_rate" in style.local else at)
    grades = 1 + at % 3
    for text, value, grade in zip(texts, bpm.tolist(), grades.tolist(), strict=True):
        yield _sample(text, value, grade)
    # Guesses in minutes that have a sample, so that taking them in would show.
    guesses = (at[::400] // 60 * 60 + 59)[~np.isin(at[::400] // 60 * 60 + 59, at)]
    shown = wall(view.account, guesses) if "heart_rate" in style.local else guesses
    for text in style.time(shown):
        yield _sample(text, 70, 0)


def _sample(text: str, bpm: int, confidence: int) -> str:
    return (
        f'{{\n  "dateTime" : "{text}",\n  "value" : {{\n    "bpm" : {bpm},\n'
        f'    "confidence" : {confidence}\n  }}\n}}'
    )


_STREAMS = ("steps", "distance", "calories")


def _minutes(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    """Minutes in chunks of 30 days; every tenth record changes places with its neighbour."""
    for stream in _STREAMS:
        starts = [first] if style.merged else range(first, last + 1, CHUNK_DAYS)
        for start in starts:
            end = last if style.merged else min(start + CHUNK_DAYS - 1, last)
            with sink.file(_name(style, stream, start)) as content:
                write_array(content, _minute_records(view, stream, start, end, style))


def _minute_records(view: View, stream: str, first: int, last: int, style: Style) -> Iterator[str]:
    for day in range(first, last + 1):
        table = view.minutes_of_civil_day(day)
        values = {
            "steps": table.steps,
            "distance": table.distance_mm / 10,
            "calories": table.active_kcal + view.account.basal_kcal_per_minute,
        }[stream]
        at = wall(view.account, table.start) if stream in style.local else table.start
        records = [
            f'{{\n  "dateTime" : "{text}",\n  "value" : "{_number(value)}"\n}}'
            for text, value in zip(style.time(at), values.tolist(), strict=True)
        ]
        for index in range(3, len(records) - 1, 10):
            records[index], records[index + 1] = records[index + 1], records[index]
        yield from records


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 4))


def _sleeps(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    """Chunks that overlap by a sleep, of which the earlier file has an unfinished copy."""
    sleeps = view.sleeps(first, last)
    if style.merged:
        chunks = [sleeps]
    else:
        chunks = [sleeps[at : at + 31] for at in range(0, len(sleeps), CHUNK_DAYS)]
    for number, chunk in enumerate(chunks):
        logs = [sleep_log(view, one, style) for one in chunk]
        if number + 1 < len(chunks) and len(chunk) == 31:
            logs[-1] = _unfinished(logs[-1])
        # The newest comes first, as in the app.
        day = chunk[0].day if chunk else first
        with sink.file(_name(style, "sleep", day)) as content:
            write_array(content, [json.dumps(log, indent=2) for log in reversed(logs)])


def sleep_log(view: View, one: Sleep, style: Style) -> dict[str, Any]:
    """One sleep as the watch saw it, in the wall-clock time that the watch showed."""
    shown = one.start + style.sleep_offset(view, one.start)

    def entry(stage: Stage) -> dict[str, Any]:
        text = local_iso(np.array([stage.start + style.sleep_offset(view, stage.start)]))[0]
        level = _LEVELS.get(stage.level, stage.level) if one.kind == "stages" else stage.level
        return {"dateTime": text, "level": level, "seconds": stage.seconds}

    end = one.end + style.sleep_offset(view, one.end)
    levels: dict[str, Any] = {"summary": {}, "data": [entry(stage) for stage in one.stages]}
    if one.kind == "stages":
        levels["shortData"] = [entry(stage) for stage in one.short_awakenings]
    return {
        "logId": view.account.number * 10_000_000 + one.day * 100 + 80 + one.index,
        "dateOfSleep": str(to_date(one.day)),
        "startTime": local_iso(np.array([shown]))[0],
        "endTime": local_iso(np.array([end]))[0],
        "duration": (one.end - one.start) * 1_000,
        "minutesToFallAsleep": 0,
        "minutesAsleep": one.asleep_seconds // 60,
        "minutesAwake": (one.end - one.start - one.asleep_seconds) // 60,
        "minutesAfterWakeup": 0,
        "timeInBed": (one.end - one.start) // 60,
        "efficiency": 93,
        "type": one.kind,
        "infoCode": 0 if one.kind == "stages" else 2,
        "logType": "auto_detected",
        "levels": levels,
        "mainSleep": one.is_main,
    }


def _unfinished(log: dict[str, Any]) -> dict[str, Any]:
    """The same sleep as it stood before the last half hour was synced."""
    data = list(log["levels"]["data"])
    seconds = log["duration"] // 1_000 - 1_800
    kept, used = [], 0
    for level in data:
        length = min(level["seconds"], seconds - used)
        if length <= 0:
            break
        kept.append({**level, "seconds": length})
        used += length
    start = np.datetime64(log["startTime"][:19]).astype(np.int64)
    end = local_iso(np.array([start + seconds]))[0]
    levels = {**log["levels"], "data": kept}
    return {**log, "duration": seconds * 1_000, "endTime": end, "levels": levels}


def _exercises(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    """Pages of 100."""
    exercises = view.exercises(first, last)
    for page in range(0, max(len(exercises), 1), 100):
        name = f"{style.root}/exercise.json" if style.merged else f"{style.root}/exercise-{page}.json"  # fmt: skip  # noqa: E501
        logs = []
        for one in exercises[page : page + 100]:
            totals = exercise_totals(view, one)
            at = np.array([one.start])
            shown = wall(view.account, at) if "exercise" in style.local else at
            logs.append(
                {
                    "logId": one.number,
                    "activityName": one.kind.name,
                    "activityTypeId": one.kind.fitbit_id,
                    "averageHeartRate": totals.bpm_mean,
                    "calories": round(totals.active_kcal),
                    "distance": round(one.distance_m / 1_000, 5),
                    "distanceUnit": "Kilometer",
                    "duration": (one.end - one.start) * 1_000,
                    "activeDuration": one.moving_seconds * 1_000,
                    "steps": totals.steps,
                    "startTime": style.time(shown)[0],
                    "hasGps": False,
                }
            )
        with sink.file(name) as content:
            write_array(content, [json.dumps(log, indent=2) for log in logs])


def _resting(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    """A year of days; those without a value, also future ones, are 0 with a null date."""
    records = []
    for day in range(first, last + 120):
        measures = view.measures(day) if day <= last else None
        text = slashed(np.array([day * DAY]))[0]
        value: dict[str, Any] = {"date": None, "value": 0.0, "error": 0.0}
        if measures and measures.resting_bpm is not None:
            value = {"date": text[:8], "value": float(measures.resting_bpm), "error": 6.79}
        records.append(json.dumps({"dateTime": style.time(np.array([day * DAY]))[0], "value": value}))  # fmt: skip  # noqa: E501
    with sink.file(_name(style, "resting_heart_rate", first)) as content:
        write_array(content, records)


def _weights(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    weighings = view.weighings(first, last)
    if not weighings:
        return
    metres = view.account.height_mm / 1_000
    logs = []
    for one in weighings:
        kilograms = one.weight_g / 1_000
        shown = slashed(wall(view.account, np.array([one.at])))[0]
        logs.append(
            {
                "logId": one.number,
                "weight": round(kilograms / _POUND_KG, 6) if style.in_pounds else kilograms,
                "bmi": round(kilograms / metres**2, 2),
                "fat": one.body_fat_pct,
                "date": shown[:8],
                "time": shown[9:],
                "source": "Aria",
            }
        )
    with sink.file(_name(style, "weight", first)) as content:
        write_array(content, [json.dumps(log, indent=2) for log in logs])


def _vo2_max(view: View, sink: Sink, first: int, last: int, style: Style) -> None:
    records = []
    for day in range(first, last + 1):
        measures = view.measures(day)
        if measures and measures.vo2_max is not None:
            value = {
                "demographicVO2Max": measures.vo2_max + 0.4,
                "demographicVO2MaxError": 3.0,
                "filteredDemographicVO2Max": measures.vo2_max,
                "filteredDemographicVO2MaxError": 2.1,
            }
            text = slashed(np.array([day * DAY]))[0]
            records.append(json.dumps({"dateTime": text, "value": value}))
    with sink.file(f"{style.root}/demographic_vo2_max-{to_date(first)}.json") as content:
        write_array(content, records)


def _features(view: View, sink: Sink, first: int, last: int) -> None:
    """CSV files beside the tree: SpO2, heart-rate variability, breathing."""
    root = "Takeout/Fitbit"
    spo2: list[tuple[str, float]] = []
    for day in range(first, last + 1):
        measures, night = view.measures(day), view.night(day)
        date_text = str(to_date(day))
        midnight = zulu(np.array([day * DAY]))[0]
        if night:
            minutes = zulu(night[1].spo2_at)
            values = [50.0 if at % 7 == 0 else pct for at, pct in enumerate(night[1].spo2_pct)]
            with sink.file(f"{root}/Oxygen Saturation (SpO2)/Minute SpO2 - {date_text}.csv") as out:
                write_csv(out, "timestamp,value", [minutes, values])
        if measures and measures.spo2_mean_pct is not None:
            spo2.append((midnight, measures.spo2_mean_pct))
        if measures and measures.hrv_rmssd_ms is not None:
            odd = f"{date_text[:8]}({date_text[8:]})"
            summary = f"Daily Heart Rate Variability Summary - {odd}.csv"
            with sink.file(f"{root}/Heart Rate Variability/{summary}") as out:
                row = (midnight[:-1], measures.hrv_rmssd_ms, measures.sleeping_bpm, 2.5)
                write_csv(out, "timestamp,rmssd,nremhr,entropy", [[value] for value in row])
        if measures and measures.breaths_per_minute is not None:
            summary = f"Daily Respiratory Rate Summary - {date_text}.csv"
            with sink.file(f"{root}/Heart Rate Variability/{summary}") as out:
                header = "timestamp,daily_respiratory_rate"
                write_csv(out, header, [[midnight[:-1]], [measures.breaths_per_minute]])
    name = f"Daily SpO2 - {to_date(first)}-{to_date(last)}.csv"
    with sink.file(f"{root}/Oxygen Saturation (SpO2)/{name}") as out:
        header = "timestamp,average_value,lower_bound,upper_bound"
        values = [value for _, value in spo2]
        write_csv(out, header, [[at for at, _ in spo2], values, values, values])
