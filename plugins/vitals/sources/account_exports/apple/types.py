"""Apple's words for types, units, stages and workouts -> ours."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.sources.account_exports.shapes import DAILY_VALUES, HEART_RATES, MEASUREMENTS, Shape

# By the unit that a record states, if it states one.
Units = Mapping[str | None, float]


@dataclass(frozen=True)
class Quantity:
    """A type of record with a number.

    Attributes:
        metric: in words of dim_metric.
        shape: of its rows.
        units: factors from the units in which it is written to ours.
        low: smallest value that can be right.
        high: largest one.
    """

    metric: str
    shape: Shape
    units: Units
    low: float
    high: float


_METRES: Units = {"m": 1.0, "km": 1_000.0, "mi": 1_609.344, "ft": 0.3048, "yd": 0.9144, "cm": 0.01}
_KILOCALORIES: Units = {"kcal": 1.0, "Cal": 1.0, "kJ": 1 / 4.184, "cal": 0.001, "J": 1 / 4_184}
_KILOGRAMS: Units = {"kg": 1.0, "lb": 0.45359237, "g": 0.001, "st": 6.35029318}
_BEATS: Units = {"count/min": 1.0, "count/s": 60.0}
_PREFIX = "HKQuantityTypeIdentifier"

# An interval may last hours, so that the bounds of a minute do not apply.
QUANTITIES = {
    _PREFIX + name: quantity
    for name, quantity in {
        "HeartRate": Quantity("heart_rate", HEART_RATES, _BEATS, 25, 250),
        "StepCount": Quantity("step_count", MEASUREMENTS, {"count": 1.0}, 0, 20_000),
        "DistanceWalkingRunning": Quantity("distance", MEASUREMENTS, _METRES, 0, 50_000),
        "FlightsClimbed": Quantity("floors_climbed", MEASUREMENTS, {"count": 1.0}, 0, 200),
        "ActiveEnergyBurned": Quantity(
            "calories_burned_active", MEASUREMENTS, _KILOCALORIES, 0, 5_000
        ),
        "BodyMass": Quantity("body_weight", MEASUREMENTS, _KILOGRAMS, 20, 300),
        "OxygenSaturation": Quantity("oxygen_saturation", MEASUREMENTS, {"%": 100.0}, 50.1, 100),
        "RespiratoryRate": Quantity("respiratory_rate", MEASUREMENTS, _BEATS, 4, 60),
        "RestingHeartRate": Quantity("resting_heart_rate", DAILY_VALUES, _BEATS, 25, 150),
        "VO2Max": Quantity("vo2_max", DAILY_VALUES, {"mL/min·kg": 1.0, "mL/kg*min": 1.0}, 10, 100),
    }.items()
}

SLEEP_TYPE = "HKCategoryTypeIdentifierSleepAnalysis"
_SLEEP = "HKCategoryValueSleepAnalysis"
# Being in bed says how long a sleep is, not what it was like.
SLEEP_LEVELS = {
    _SLEEP + "Asleep": "asleep",
    _SLEEP + "AsleepUnspecified": "asleep",
    _SLEEP + "AsleepCore": "light",
    _SLEEP + "AsleepDeep": "deep",
    _SLEEP + "AsleepREM": "rem",
    _SLEEP + "Awake": "awake",
}

ACTIVITY_TYPES = {
    "HKWorkoutActivityType" + name: code
    for name, code in {
        "Walking": "walking", "Hiking": "hiking", "Running": "running", "Cycling": "cycling",
        "Swimming": "swimming", "Rowing": "rowing", "PaddleSports": "kayaking",
        "CrossCountrySkiing": "cross_country_skiing", "DownhillSkiing": "alpine_skiing",
        "Snowboarding": "snowboarding", "SkatingSports": "skating",
        "FunctionalStrengthTraining": "strength_training",
        "TraditionalStrengthTraining": "strength_training",
        "HighIntensityIntervalTraining": "interval_training", "Elliptical": "elliptical",
        "StairClimbing": "stair_climbing", "Stairs": "stair_climbing", "Yoga": "yoga",
        "Pilates": "pilates", "MindAndBody": "meditation", "Dance": "dancing",
        "CardioDance": "dancing", "SocialDance": "dancing", "Climbing": "climbing",
        "Soccer": "ball_game", "Basketball": "ball_game", "Volleyball": "ball_game",
        "Handball": "ball_game", "AmericanFootball": "ball_game", "Rugby": "ball_game",
        "Tennis": "racket_sport", "Badminton": "racket_sport", "Squash": "racket_sport",
        "TableTennis": "racket_sport", "Pickleball": "racket_sport", "Golf": "golf",
    }.items()
}  # fmt: skip

DISTANCES = {_PREFIX + f"Distance{name}" for name in ("WalkingRunning", "Cycling", "Swimming")}
ENERGY = _PREFIX + "ActiveEnergyBurned"
STEPS = _PREFIX + "StepCount"
HEART_RATE = _PREFIX + "HeartRate"
METRES, KILOCALORIES = _METRES, _KILOCALORIES
