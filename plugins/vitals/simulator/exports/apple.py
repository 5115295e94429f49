"""Apple Health's export.xml: everything of a watch, and the steps that a phone counted as well."""

from collections.abc import Iterator
from typing import IO

import numpy as np

from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import offset_text, spaced
from vitals.simulator.truth import View
from vitals.simulator.truth.nights import Sleep
from vitals.simulator.truth.totals import exercise_totals
from vitals.simulator.truth.zones import instant_of, offsets_at

WATCH, PHONE = "Sim&#8217;s Apple Watch", "Sim&#8217;s iPhone"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_US">
"""
_LEVELS = {
    "light": "AsleepCore", "deep": "AsleepDeep", "rem": "AsleepREM", "awake": "Awake",
    "restless": "Awake", "asleep": "AsleepUnspecified",
}  # fmt: skip
_WORKOUTS = {"Run": "Running", "Walk": "Walking", "Bike": "Cycling", "Yoga": "Yoga"}


def write(view: View, sink: Sink, first: int, last: int) -> None:
    """Write the civil days `first` to `last`."""
    with sink.file("apple_health_export/export.xml") as content:
        content.write(_HEAD.encode())
        born = view.account.born
        sex = "Male" if view.account.sex == "M" else "Female"
        content.write(
            f' <Me HKCharacteristicTypeIdentifierDateOfBirth="{born}" '
            f'HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSex{sex}"/>\n'.encode()
        )
        for day in range(first, last + 1):
            _write(content, _heart_rates(view, day))
            _write(content, _minutes(view, day))
            _write(content, _daily(view, day))
        _write(content, _sleeps(view, first, last))
        _write(content, _workouts(view, first, last))
        content.write(b"</HealthData>\n")


def _write(content: IO[bytes], lines: Iterator[str]) -> None:
    content.writelines(line.encode() for line in lines)


def _texts(view: View, at: np.ndarray) -> list[str]:
    """`2026-03-29 08:30:05 +0200`."""
    if not len(at):
        return []
    offsets = offsets_at(view.account, at)
    texts = spaced(at + offsets)
    return [
        f"{text} {offset_text(offset, colon='')}"
        for text, offset in zip(texts, offsets.tolist(), strict=True)
    ]


def _record(kind: str, source: str, unit: str, start: str, end: str, value: object) -> str:
    return (
        f' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" '
        f'sourceVersion="10.1" unit="{unit}" creationDate="{end}" startDate="{start}" '
        f'endDate="{end}" value="{value}"/>\n'
    )


def _heart_rates(view: View, day: int) -> Iterator[str]:
    at, bpm = view.heart_of_civil_day(day)
    for text, value in zip(_texts(view, at), bpm.tolist(), strict=True):
        yield _record("HeartRate", WATCH, "count/min", text, text, value)


def _minutes(view: View, day: int) -> Iterator[str]:
    """Only minutes in which something was counted."""
    table = view.minutes_of_civil_day(day)
    starts, ends = _texts(view, table.start), _texts(view, table.start + 60)
    kilometres = (table.distance_mm / 1_000_000).tolist()
    columns = (
        ("StepCount", WATCH, "count", table.steps.tolist()),
        ("StepCount", PHONE, "count", (table.steps * 9 // 10).tolist()),
        ("DistanceWalkingRunning", WATCH, "km", kilometres),
        ("FlightsClimbed", WATCH, "count", table.floors.tolist()),
        ("ActiveEnergyBurned", WATCH, "Cal", table.active_kcal.tolist()),
        # A type that the warehouse has no place for.
        ("HeadphoneAudioExposure", PHONE, "dBASPL", (table.floors * 60).tolist()),
    )
    for kind, source, unit, values in columns:
        for start, end, value in zip(starts, ends, values, strict=True):
            if value:
                yield _record(kind, source, unit, start, end, value)


def _daily(view: View, day: int) -> Iterator[str]:
    measures = view.measures(day)
    noon = instant_of(view.account, day, 43_200)
    if measures and noon is not None:
        text = _texts(view, np.array([noon]))[0]
        figures = (
            ("RestingHeartRate", "count/min", measures.resting_bpm),
            ("VO2Max", "mL/min·kg", measures.vo2_max),
            ("RespiratoryRate", "count/min", measures.breaths_per_minute),
        )
        for kind, unit, value in figures:
            if value is not None:
                yield _record(kind, WATCH, unit, text, text, value)
        if measures.spo2_mean_pct is not None:
            share = round(measures.spo2_mean_pct / 100, 4)
            yield _record("OxygenSaturation", WATCH, "%", text, text, share)
    for one in view.weighings(day, day):
        text = _texts(view, np.array([one.at]))[0]
        yield _record("BodyMass", PHONE, "kg", text, text, one.weight_g / 1_000)


def _sleeps(view: View, first: int, last: int) -> Iterator[str]:
    """Newest first: the order of records means nothing."""
    for one in reversed(view.sleeps(first, last)):
        yield from _sleep(view, one)


def _sleep(view: View, one: Sleep) -> Iterator[str]:
    for stage in one.stages:
        start, end = _texts(view, np.array([stage.start, stage.end]))
        yield (
            f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{WATCH}" '
            f'startDate="{start}" endDate="{end}" '
            f'value="HKCategoryValueSleepAnalysis{_LEVELS[stage.level]}"/>\n'
        )


def _workouts(view: View, first: int, last: int) -> Iterator[str]:
    for one in view.exercises(first, last):
        start, end = _texts(view, np.array([one.start, one.end]))
        totals = exercise_totals(view, one)
        yield (
            f' <Workout workoutActivityType="HKWorkoutActivityType{_WORKOUTS[one.kind.name]}" '
            f'duration="{(one.end - one.start) / 60}" durationUnit="min" sourceName="{WATCH}" '
            f'startDate="{start}" endDate="{end}">\n'
            f'  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" '
            f'sum="{one.distance_m / 1_000}" unit="km"/>\n'
            f'  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" '
            f'sum="{totals.active_kcal}" unit="Cal"/>\n </Workout>\n'
        )
