"""Values of a civil day -> daily types."""

from collections.abc import Callable

import numpy as np

from vitals.simulator.google_health.batch import (
    NO_POINTS,
    Batch,
    Context,
    Json,
    Producer,
    point,
    tracker_source,
)
from vitals.simulator.google_health.times import date_object, without_zeros
from vitals.simulator.truth.heart import zone_bounds
from vitals.simulator.truth.measures import DayMeasures
from vitals.simulator.truth.people import DAY

Read = Callable[[DayMeasures], Json | None]


def daily(key: str, read: Read) -> Producer:
    """Producer of a type with one value per civil day, absent where `read` gives None."""

    def produce(context: Context, day: int) -> Batch:
        measures = context.view.measures(day)
        value = None if measures is None else read(measures)
        if value is None:
            return NO_POINTS
        body = {"date": date_object(day), **without_zeros(value)}
        return one_of_day(
            day, lambda index, listed: point(key, dict(body), listed, tracker_source("DERIVED"))
        )

    return produce


def one_of_day(day: int, build: Callable[[int, bool], Json]) -> Batch:
    """Batch of one point, filtered by the civil date."""
    at = np.array([day * DAY], dtype=np.int64)
    return Batch(at, at, build)


def heart_rate_zones(context: Context, day: int) -> Batch:
    """Zone thresholds of each day with a resting heart rate."""
    if context.view.measures(day) is None:
        return NO_POINTS
    bounds = zone_bounds(context.account, day)
    zones = [
        {"heartRateZoneType": zone, "minBeatsPerMinute": str(low), "maxBeatsPerMinute": str(high)}
        for zone, low, high in bounds
    ]

    def build(index: int, listed: bool) -> Json:
        value = {"date": date_object(day), "heartRateZones": zones}
        return point("dailyHeartRateZones", value, listed, tracker_source("DERIVED"))

    return one_of_day(day, build)


def resting_heart_rate(measures: DayMeasures) -> Json | None:
    """Resting heart rate and whether sleep was used for it."""
    if measures.resting_bpm is None:
        return None
    method = "WITH_SLEEP" if measures.hrv_rmssd_ms else "ONLY_WITH_AWAKE_DATA"
    return {
        "beatsPerMinute": str(measures.resting_bpm),
        "dailyRestingHeartRateMetadata": {"calculationMethod": method},
    }


def heart_rate_variability(measures: DayMeasures) -> Json | None:
    """HRV of the night."""
    if measures.hrv_rmssd_ms is None:
        return None
    return {
        "averageHeartRateVariabilityMilliseconds": measures.hrv_rmssd_ms,
        "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds": measures.hrv_deep_rmssd_ms,
        "nonRemHeartRateBeatsPerMinute": str(measures.sleeping_bpm),
        "entropy": measures.entropy,
    }


def oxygen_saturation(measures: DayMeasures) -> Json | None:
    """SpO2 of the night."""
    if measures.spo2_mean_pct is None:
        return None
    return {
        "averagePercentage": measures.spo2_mean_pct,
        "lowerBoundPercentage": measures.spo2_low_pct,
        "upperBoundPercentage": measures.spo2_high_pct,
    }


def temperature(measures: DayMeasures) -> Json | None:
    """Skin temperature of the night; without a baseline yet it is the string NaN."""
    if measures.temperature_c is None:
        return None
    baseline = measures.temperature_baseline_c
    return {
        "nightlyTemperatureCelsius": measures.temperature_c,
        "baselineTemperatureCelsius": "NaN" if baseline is None else baseline,
        "relativeNightlyStddev30dCelsius": "NaN" if baseline is None else 0.31,
    }


def respiratory_rate(measures: DayMeasures) -> Json | None:
    """Breaths per minute of the night."""
    rate = measures.breaths_per_minute
    return None if rate is None else {"breathsPerMinute": rate}


def vo2_max(measures: DayMeasures) -> Json | None:
    """Cardio fitness."""
    if measures.vo2_max is None:
        return None
    return {"vo2Max": measures.vo2_max, "cardioFitnessLevel": "GOOD", "estimated": False}


PRODUCERS: dict[str, Producer] = {
    "daily-resting-heart-rate": daily("dailyRestingHeartRate", resting_heart_rate),
    "daily-heart-rate-variability": daily("dailyHeartRateVariability", heart_rate_variability),
    "daily-oxygen-saturation": daily("dailyOxygenSaturation", oxygen_saturation),
    "daily-respiratory-rate": daily("dailyRespiratoryRate", respiratory_rate),
    "daily-sleep-temperature-derivations": daily("dailySleepTemperatureDerivations", temperature),
    "daily-vo2-max": daily("dailyVo2Max", vo2_max),
    "daily-heart-rate-zones": heart_rate_zones,
}
