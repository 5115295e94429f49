"""Heart rate, HRV, SpO2, breathing, weight, body fat, height, VO2max -> sample types."""

from collections.abc import Callable

from vitals.simulator.google_health.batch import (
    NO_POINTS,
    Batch,
    Context,
    Json,
    Producer,
    batch_at,
    named,
    point,
    tracker_source,
)
from vitals.simulator.google_health.times import sample_time
from vitals.simulator.truth.measures import Weighing
from vitals.simulator.truth.people import DAY, to_day

SCALE = {
    "recordingMethod": "ACTIVELY_MEASURED",
    "platform": "FITBIT",
    "device": {"displayName": "Aria Air", "formFactor": "SCALE", "manufacturer": "Fitbit"},
}


def heart_rate(context: Context, day: int) -> Batch:
    """Heart-rate samples of a UTC day."""
    at, bpm = context.view.heart(day)
    metadata = {"motionContext": "SEDENTARY", "sensorLocation": "WRIST"}

    def build(index: int, listed: bool) -> Json:
        value = {
            "sampleTime": sample_time(context.account, at[index], listed),
            "beatsPerMinute": str(bpm[index]),
            "metadata": dict(metadata),
        }
        return point("heartRate", value, listed)

    return batch_at(context, at, build)


def heart_rate_variability(context: Context, day: int) -> Batch:
    """RMSSD every 5 minutes of the main sleep that ends on a civil day."""
    night = context.view.night(day)
    if night is None:
        return NO_POINTS
    at, measured = night[1].hrv_at, night[1].hrv_rmssd_ms

    def build(index: int, listed: bool) -> Json:
        rmssd = float(measured[index])
        value = {
            "sampleTime": sample_time(context.account, at[index], listed),
            "rootMeanSquareOfSuccessiveDifferencesMilliseconds": rmssd,
            "standardDeviationMilliseconds": round(rmssd * 1.2, 1),
        }
        return point("heartRateVariability", value, listed)

    return batch_at(context, at, build)


def oxygen_saturation(context: Context, day: int) -> Batch:
    """SpO2 in most minutes of the main sleep that ends on a civil day."""
    night = context.view.night(day)
    if night is None:
        return NO_POINTS
    at, measured = night[1].spo2_at, night[1].spo2_pct

    def build(index: int, listed: bool) -> Json:
        value = {
            "sampleTime": sample_time(context.account, at[index], listed),
            "percentage": float(measured[index]),
        }
        return point("oxygenSaturation", value, listed)

    return batch_at(context, at, build)


def respiratory_rate(context: Context, day: int) -> Batch:
    """Breathing during the main sleep, at its end."""
    night, measures = context.view.night(day), context.view.measures(day)
    if night is None or measures is None or measures.breaths_per_minute is None:
        return NO_POINTS
    at, rate = night[0].end, measures.breaths_per_minute

    def build(index: int, listed: bool) -> Json:
        stats = {"breathsPerMinute": rate, "standardDeviation": 1.1, "signalToNoise": 4.2}
        value = {
            "sampleTime": sample_time(context.account, at, listed),
            "fullSleepStats": stats,
            "deepSleepStats": {"breathsPerMinute": round(rate - 0.3, 1)},
            "remSleepStats": {"breathsPerMinute": round(rate + 0.6, 1)},
        }
        return point("respiratoryRateSleepSummary", value, listed)

    return batch_at(context, [at], build)


def weighed(name: str, key: str, read: Callable[[Weighing], Json]) -> Producer:
    """Producer of what a scale measures."""

    def produce(context: Context, day: int) -> Batch:
        weighings = context.view.weighings(day, day)

        def build(index: int, listed: bool) -> Json:
            one = weighings[index]
            value = {"sampleTime": sample_time(context.account, one.at, listed), **read(one)}
            full = f"users/{context.account.google_id}/dataTypes/{name}/dataPoints/{one.number}"
            return named(point(key, value, listed, SCALE), full, listed)

        return batch_at(context, [one.at for one in weighings], build)

    return produce


def height(context: Context, day: int) -> Batch:
    """Height as entered on the day of joining."""
    account = context.account
    joined = to_day(account.member_since)
    at = [joined * DAY + 43_200] if day == joined else []

    def build(index: int, listed: bool) -> Json:
        value = {
            "sampleTime": sample_time(account, at[index], listed),
            "heightMillimeters": str(account.height_mm),
        }
        full = f"users/{account.google_id}/dataTypes/height/dataPoints/{account.number}"
        return named(point("height", value, listed, tracker_source("MANUAL")), full, listed)

    return batch_at(context, at, build)


def run_vo2_max(context: Context, day: int) -> Batch:
    """VO2max estimated from each run, at its end."""
    exercises = context.view.exercises(day, day)
    runs = [one for one in exercises if one.kind.name == "Run"]

    def build(index: int, listed: bool) -> Json:
        measures = context.view.truth.measures(context.account, day)
        value = {
            "sampleTime": sample_time(context.account, runs[index].end, listed),
            "runVo2Max": round((measures.vo2_max or 40) + 0.5, 1),
        }
        return point("runVo2Max", value, listed, tracker_source("DERIVED"))

    return batch_at(context, [one.end for one in runs], build)


PRODUCERS: dict[str, Producer] = {
    "heart-rate": heart_rate,
    "heart-rate-variability": heart_rate_variability,
    "oxygen-saturation": oxygen_saturation,
    "respiratory-rate-sleep-summary": respiratory_rate,
    "weight": weighed("weight", "weight", lambda one: {"weightGrams": float(one.weight_g)}),
    "body-fat": weighed("body-fat", "bodyFat", lambda one: {"percentage": one.body_fat_pct}),
    "height": height,
    "run-vo2-max": run_vo2_max,
}
