"""Sleeps and exercises -> session types."""

from typing import Any

from vitals.simulator.google_health.batch import (
    Batch,
    Context,
    Json,
    Producer,
    batch_at,
    named,
    point,
    tracker_source,
)
from vitals.simulator.google_health.times import duration, interval, rfc3339, without_zeros
from vitals.simulator.truth.exercises import Exercise, laps_of
from vitals.simulator.truth.nights import Sleep, Stage
from vitals.simulator.truth.totals import exercise_totals
from vitals.simulator.truth.zones import offset_at


def sleep(context: Context, day: int) -> Batch:
    """Sleeps that end on a civil day; filtered by their end."""
    sleeps = sorted(context.view.sleeps(day, day), key=lambda one: one.start)

    def build(index: int, listed: bool) -> Json:
        one = sleeps[index]
        item = point("sleep", sleep_value(context, one, listed), listed, tracker_source("DERIVED"))
        return named(item, point_name(context, "sleep", sleep_number(context, one)), listed)

    return batch_at(context, [one.end for one in sleeps], build)


def sleep_number(context: Context, one: Sleep) -> int:
    """Identifier of a sleep; it stays the same when the sleep is restated."""
    return context.account.number * 10_000_000 + one.day * 100 + 80 + one.index


def point_name(context: Context, data_type: str, number: int) -> str:
    """Resource name of an identifiable point."""
    return f"users/{context.account.google_id}/dataTypes/{data_type}/dataPoints/{number}"


def sleep_value(context: Context, one: Sleep, listed: bool) -> Json:
    """The sleep object; while it is being processed it has no stages yet."""
    processed = context.view.now >= one.end + context.processing_seconds
    status = "SUCCEEDED" if one.kind == "stages" else "REJECTED_COVERAGE"
    metadata = {
        "stagesStatus": "REJECTED_NAP" if not one.is_main else status,
        "processed": processed,
        "mainSleep": one.is_main,
        "nap": not one.is_main,
    }
    value: Json = {
        "interval": interval(context.account, one.start, one.end, listed),
        "type": one.kind.upper(),
        "metadata": without_zeros(metadata if processed else metadata | {"stagesStatus": None}),
        "createTime": rfc3339(one.end + 1_200),
        "updateTime": rfc3339(one.updated_at),
    }
    if processed:
        value["stages"] = [stage_value(context, one, stage) for stage in one.stages]
        value["shortAwakenings"] = [
            stage_value(context, one, stage) for stage in one.short_awakenings
        ]
        value["outOfBedSegments"] = []
    value["summary"] = without_zeros(sleep_summary(one, processed))
    return value


def stage_value(context: Context, one: Sleep, stage: Stage) -> Json:
    """One stage."""
    return {
        "startTime": rfc3339(stage.start),
        "startUtcOffset": duration(offset_at(context.account, stage.start)),
        "endTime": rfc3339(stage.end),
        "endUtcOffset": duration(offset_at(context.account, stage.end)),
        "type": stage.level.upper(),
        "createTime": rfc3339(one.end + 1_200),
        "updateTime": rfc3339(one.updated_at),
    }


def sleep_summary(one: Sleep, processed: bool) -> Json:
    """Totals in whole minutes, as Google computes them: short awakenings are not subtracted."""
    summary: Json = {"minutesInSleepPeriod": str((one.end - one.start) // 60)}
    if not processed:
        return summary
    levels = sorted({stage.level for stage in one.stages})
    return summary | {
        "minutesAsleep": str(one.asleep_seconds // 60),
        "minutesAwake": str(one.level_seconds("awake") // 60),
        "minutesToFallAsleep": "0",
        "minutesAfterWakeUp": "0",
        "stagesSummary": [
            {
                "type": level.upper(),
                "minutes": str(one.level_seconds(level) // 60),
                "count": str(sum(stage.level == level for stage in one.stages)),
            }
            for level in levels
        ],
    }


def exercise(context: Context, day: int) -> Batch:
    """Exercises that start on a civil day."""
    exercises = context.view.exercises(day, day)

    def build(index: int, listed: bool) -> Json:
        one = exercises[index]
        source = tracker_source("MANUAL" if one.is_manual else "ACTIVELY_MEASURED")
        item = point("exercise", exercise_value(context, one, listed), listed, source)
        return named(item, point_name(context, "exercise", one.number), listed)

    return batch_at(context, [one.start for one in exercises], build)


def exercise_value(context: Context, one: Exercise, listed: bool) -> Json:
    """The exercise object."""
    return {
        "interval": interval(context.account, one.start, one.end, listed),
        "exerciseType": one.kind.google,
        "displayName": one.name,
        "activeDuration": duration(one.moving_seconds),
        "metricsSummary": without_zeros(metrics_summary(context, one)),
        "exerciseMetadata": without_zeros({"hasGps": one.kind.metres_per_second > 0}),
        "exerciseEvents": exercise_events(context, one),
        "splits": [],
        "splitSummaries": [split(context, one, *lap) for lap in laps_of(one)],
        "createTime": rfc3339(one.end + 300),
        "updateTime": rfc3339(one.updated_at),
    }


def metrics_summary(context: Context, one: Exercise) -> Json:
    """Totals of an exercise."""
    totals = exercise_totals(context.view, one)
    summary: Json = {
        "caloriesKcal": totals.active_kcal,
        "steps": str(totals.steps),
        "activeZoneMinutes": str(totals.active_zone_minutes),
        "distanceMillimeters": round(one.distance_m * 1_000),
        "elevationGainMillimeters": round(one.elevation_m * 1_000),
        "heartRateZoneDurations": {
            f"{zone.lower()}Time": duration(minutes * 60)
            for zone, minutes in totals.zone_minutes.items()
        },
    }
    if totals.bpm_mean is not None:
        summary["averageHeartRateBeatsPerMinute"] = str(totals.bpm_mean)
    if one.distance_m:
        summary["averagePaceSecondsPerMeter"] = round(one.moving_seconds / one.distance_m, 3)
    return summary


def exercise_events(context: Context, one: Exercise) -> list[Json]:
    """Start, the pause if there was one, stop."""
    events: list[tuple[str, int]] = [("START", one.start)]
    if one.pause_seconds:
        resumed = one.pause_start + one.pause_seconds
        events += [("AUTO_PAUSE", one.pause_start), ("AUTO_RESUME", resumed)]
    events.append(("STOP", one.end))
    return [
        {
            "eventTime": rfc3339(at),
            "eventUtcOffset": duration(offset_at(context.account, at)),
            "exerciseEventType": kind,
        }
        for kind, at in events
    ]


def split(context: Context, one: Exercise, first: int, end: int, metres: float) -> Json:
    """One lap of ten minutes."""
    span: dict[str, Any] = interval(context.account, one.start + first, one.start + end, False)
    summary = without_zeros({"distanceMillimeters": round(metres * 1_000)})
    return {**span, "splitType": "DURATION", "metricsSummary": summary}


PRODUCERS: dict[str, Producer] = {"sleep": sleep, "exercise": exercise}
