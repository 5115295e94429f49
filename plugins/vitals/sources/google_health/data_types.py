"""What is read of Google Health, as data: a row per data type, a field per column.

Paths and types follow Google's discovery document `health.v4`; a test compares them. Importing this
costs nothing, because Airflow does it whenever it looks for DAGs.
"""

from dataclasses import replace
from typing import Literal

from vitals.sources._api.spec import Resource
from vitals.sources.google_health.description import (
    BEGUN,
    DATED,
    ENDED,
    INTERVAL,
    LARGEST_PAGE,
    ROLLED_UP,
    SAMPLE,
    Clock,
    DataType,
    Field,
    camel,
    snake,
)

SCOPE_PREFIX = "https://www.googleapis.com/auth/googlehealth."
ACTIVITY = f"{SCOPE_PREFIX}activity_and_fitness.readonly"
MEASUREMENTS = f"{SCOPE_PREFIX}health_metrics_and_measurements.readonly"
SLEEP = f"{SCOPE_PREFIX}sleep.readonly"
PROFILE = f"{SCOPE_PREFIX}profile.readonly"
SETTINGS = f"{SCOPE_PREFIX}settings.readonly"
SCOPES = (ACTIVITY, MEASUREMENTS, SLEEP, PROFILE, SETTINGS)

# Sleeps and exercises come in pages of at most 25, whatever is asked for.
SESSION_PAGE = 25


def _inside(key: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(replace(field, path=f"{key}.{field.path}") for field in fields)


def _measured(
    name: str,
    scope: str,
    clock: Clock,
    resource: Resource,
    *fields: Field,
    known: tuple[str, ...] = (),
    has_name: bool = False,
    page_size: int = LARGEST_PAGE,
) -> DataType:
    """A data type whose records hold everything inside an object named like it."""
    key = camel(name)
    own = _inside(key, (*fields, *clock.fields))
    if has_name:
        is_session = page_size == SESSION_PAGE
        column = f"{snake(name)}_id" if is_session else "data_point_id"
        absent: Literal["null", "refused"] = "refused" if is_session else "null"
        own = (*own, Field("dataPointName", column, "name", absent))
    civil = (clock.civil,) if clock.civil else ()
    known = tuple(f"{key}.{path}" for path in (*civil, *clock.known, *known))
    if not has_name:
        known = ("dataPointName", *known)
    resource = replace(resource, name=snake(name), scope=scope)
    return DataType(resource, name, own, clock, known, page_size)


def _rolled_up(name: str, value: Field) -> DataType:
    """Totals of whole local days. Asking for a page size is refused, so none is."""
    resource = replace(_DAY, name=f"daily_{snake(name)}", scope=ACTIVITY, chunk_days=14)
    fields = (*ROLLED_UP.fields, *_inside(camel(name), (value,)))
    known = ("civilStartTime.time", "civilEndTime")
    return DataType(resource, name, fields, ROLLED_UP, known, page_size=None)


def _count(path: str, column: str, most_per_minute: float | None = None) -> Field:
    return Field(path, column, "integer", "zero", least=0, most_per_minute=most_per_minute)


def _real(path: str, column: str, least: float = 0, most: float | None = None) -> Field:
    return Field(path, column, "real", least=least, most=most)


def _needed(path: str, column: str, least: float = 0, most: float | None = None) -> Field:
    return Field(path, column, "real", "refused", least, most)


def _beats(path: str, column: str, absent: Literal["null", "refused"] = "null") -> Field:
    return Field(path, column, "integer", absent, least=25, most=250)


def _text(path: str, column: str) -> Field:
    return Field(path, column, "text")


# Google's cap on the range of a listing is not documented; these stay below every cap seen.
_MINUTES = Resource("", chunk_days=7)
_SPARSE = Resource("", chunk_days=30, reread_days=7)
_NIGHT = Resource("", chunk_days=14)
_DAY = Resource("", chunk_days=30, key=("account_id", "local_date"), time=None)
_ZONED = replace(_MINUTES, key=("account_id", "ts", "heart_rate_zone"))
_PERSON = Resource("profiles", PROFILE, keeps="versions", key=("account_id",), time=None)
_DEVICE = Resource(
    "devices", SETTINGS, keeps="versions", key=("account_id", "provider_device_id"), time=None
)


def _sessions(name: str, *json: str) -> Resource:
    """Sessions go by Google's number: start and end may be restated."""
    return Resource(
        "",
        reread_days=7,
        key=("account_id", f"{name}_id"),
        time="start_ts",
        end_time="end_ts",
        json=frozenset({"extra", *json}),
    )


PROFILES = DataType(
    replace(_PERSON, json=frozenset({"extra", "settings"})),
    "",
    (
        Field("identity.healthUserId", "provider_user_id", "text", "refused"),
        _text("identity.legacyUserId", "legacy_user_id"),
        Field("profile.age", "stated_age_years", "integer", least=0, most=130),
        Field("profile.membershipStartDate", "member_since", "date"),
        Field("profile.autoWalkingStrideLengthMm", "walking_stride_mm", "integer"),
        Field("profile.autoRunningStrideLengthMm", "running_stride_mm", "integer"),
        Field("profile.userConfiguredWalkingStrideLengthMm", "set_walking_stride_mm", "integer"),
        Field("profile.userConfiguredRunningStrideLengthMm", "set_running_stride_mm", "integer"),
        _text("settings.timeZone", "time_zone"),
        Field("settings", "settings", "json"),
    ),
    known=("identity.name", "profile.name"),
)
DEVICES = DataType(
    replace(_DEVICE, json=frozenset({"extra", "features"})),
    "pairedDevices",
    (
        Field("name", "provider_device_id", "name", "refused"),
        _text("deviceType", "device_type"),
        _text("deviceVersion", "model"),
        Field("batteryLevel", "battery_pct", "integer"),
        _text("batteryStatus", "battery_status"),
        Field("lastSyncTime", "last_sync_ts", "instant"),
        Field("features", "features", "json"),
    ),
    # Names one piece of hardware for ever, and nothing needs it.
    known=("macAddress",),
)


def _zone_bounds(zone: str) -> tuple[Field, Field]:
    here, column = f"heartRateZones[heartRateZoneType={zone}]", zone.lower()
    return (
        Field(f"{here}.minBeatsPerMinute", f"{column}_min_bpm", "integer", least=0, most=300),
        Field(f"{here}.maxBeatsPerMinute", f"{column}_max_bpm", "integer", least=0, most=300),
    )


def _active(level: str) -> Field:
    path = f"activeMinutesByActivityLevel[activityLevel={level}].activeMinutes"
    return _count(path, f"{level.lower()}_minutes")


def _breathing(stage: str) -> tuple[Field, ...]:
    here = f"{stage}SleepStats"
    return (
        _real(f"{here}.breathsPerMinute", f"{stage}_sleep_breaths_per_min", most=200),
        _real(f"{here}.standardDeviation", f"{stage}_sleep_standard_deviation"),
        Field(f"{here}.signalToNoise", f"{stage}_sleep_signal_to_noise", "real"),
    )


_DAILY = (
    _rolled_up("steps", _count("countSum", "steps")),
    _rolled_up("distance", _count("millimetersSum", "distance_mm")),
    _rolled_up("floors", _count("countSum", "floors")),
    _rolled_up(
        "active-energy-burned",
        Field("kcalSum", "active_energy_kcal", "real", "zero", least=0),
    ),
    _rolled_up(
        "total-calories", Field("kcalSum", "total_energy_kcal", "real", "zero", least=0)
    ),
    _measured(
        "daily-resting-heart-rate", MEASUREMENTS, DATED, _DAY,
        _beats("beatsPerMinute", "resting_heart_rate_bpm", "refused"),
        _text("dailyRestingHeartRateMetadata.calculationMethod", "calculation_method"),
    ),
    _measured(
        "daily-heart-rate-zones", MEASUREMENTS, DATED, _DAY,
        *_zone_bounds("LIGHT"),
        *_zone_bounds("MODERATE"),
        *_zone_bounds("VIGOROUS"),
        *_zone_bounds("PEAK"),
    ),
    _measured(
        "daily-heart-rate-variability", MEASUREMENTS, DATED, _DAY,
        _real("averageHeartRateVariabilityMilliseconds", "hrv_rmssd_ms"),
        _real(
            "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds",
            "deep_sleep_hrv_rmssd_ms",
        ),
        _beats("nonRemHeartRateBeatsPerMinute", "non_rem_heart_rate_bpm"),
        _real("entropy", "entropy"),
    ),
    _measured(
        "daily-oxygen-saturation", MEASUREMENTS, DATED, _DAY,
        _needed("averagePercentage", "spo2_mean_pct", most=100),
        _real("lowerBoundPercentage", "spo2_lower_pct", most=100),
        _real("upperBoundPercentage", "spo2_upper_pct", most=100),
        _real("standardDeviationPercentage", "spo2_standard_deviation_pct"),
    ),
    _measured(
        "daily-respiratory-rate", MEASUREMENTS, DATED, _DAY,
        _needed("breathsPerMinute", "breaths_per_min", most=200),
    ),
    _measured(
        "daily-sleep-temperature-derivations", MEASUREMENTS, DATED, _DAY,
        Field("nightlyTemperatureCelsius", "skin_temperature_c", "real", "refused"),
        Field("baselineTemperatureCelsius", "baseline_temperature_c", "real"),
        Field("relativeNightlyStddev30dCelsius", "nightly_standard_deviation_30d_c", "real"),
    ),
    _measured(
        "daily-vo2-max", ACTIVITY, DATED, _DAY,
        _needed("vo2Max", "vo2_max_ml_per_kg_min", most=200),
        _text("cardioFitnessLevel", "cardio_fitness_level"),
        Field("estimated", "is_estimated", "flag", "zero"),
        Field("vo2MaxCovariance", "vo2_max_covariance", "real"),
    ),
)  # fmt: skip

# The last one that was written stays, if there are two.
_WRITTEN = (
    Field("updateTime", "updated_ts", "instant"),
    Field("createTime", "created_ts", "instant"),
)
_SESSIONS = (
    _measured(
        "sleep", SLEEP, ENDED,
        _sessions("sleep", "stages", "short_awakenings", "out_of_bed", "stages_summary"),
        *_WRITTEN,
        _text("type", "sleep_type"),
        Field("metadata.mainSleep", "is_main_sleep", "flag", "zero"),
        Field("metadata.nap", "is_nap", "flag", "zero"),
        Field("metadata.processed", "is_processed", "flag", "zero"),
        Field("metadata.manuallyEdited", "is_manually_edited", "flag", "zero"),
        _text("metadata.stagesStatus", "stages_status"),
        _text("metadata.externalId", "external_id"),
        Field("stages", "stages", "stages"),
        Field("shortAwakenings", "short_awakenings", "stages"),
        Field("outOfBedSegments", "out_of_bed", "stages"),
        Field("summary.minutesInSleepPeriod", "minutes_in_sleep_period", "integer"),
        Field("summary.minutesAsleep", "minutes_asleep", "integer"),
        Field("summary.minutesAwake", "minutes_awake", "integer"),
        Field("summary.minutesToFallAsleep", "minutes_to_fall_asleep", "integer"),
        Field("summary.minutesAfterWakeUp", "minutes_after_wake_up", "integer"),
        Field("summary.stagesSummary", "stages_summary", "json"),
        has_name=True, page_size=SESSION_PAGE,
    ),
    _measured(
        "exercise", ACTIVITY, BEGUN,
        _sessions("exercise", "mobility", "events", "splits", "split_summaries"),
        *_WRITTEN,
        Field("exerciseType", "exercise_type", "text", "refused"),
        _text("displayName", "display_name"),
        _text("notes", "notes"),
        Field("activeDuration", "active_seconds", "seconds", least=0),
        _real("metricsSummary.caloriesKcal", "energy_kcal"),
        _real("metricsSummary.distanceMillimeters", "distance_mm"),
        _real("metricsSummary.elevationGainMillimeters", "elevation_gain_mm"),
        Field("metricsSummary.steps", "steps", "integer", least=0),
        _beats("metricsSummary.averageHeartRateBeatsPerMinute", "heart_rate_mean_bpm"),
        _real("metricsSummary.averagePaceSecondsPerMeter", "pace_mean_s_per_m"),
        _real("metricsSummary.averageSpeedMillimetersPerSecond", "speed_mean_mm_per_s"),
        Field("metricsSummary.activeZoneMinutes", "active_zone_minutes", "integer", least=0),
        *(
            Field(
                f"metricsSummary.heartRateZoneDurations.{zone}Time", f"{zone}_zone_seconds",
                "seconds", least=0,
            )
            for zone in ("light", "moderate", "vigorous", "peak")
        ),
        _real("metricsSummary.runVo2Max", "run_vo2_max_ml_per_kg_min"),
        _real("metricsSummary.totalSwimLengths", "swim_lengths"),
        Field("metricsSummary.mobilityMetrics", "mobility", "json"),
        Field("exerciseMetadata.hasGps", "has_gps", "flag", "zero"),
        Field("exerciseMetadata.poolLengthMillimeters", "pool_length_mm", "integer"),
        Field("exerciseEvents", "events", "json"),
        Field("splits", "splits", "json"),
        Field("splitSummaries", "split_summaries", "json"),
        has_name=True, page_size=SESSION_PAGE,
    ),
)  # fmt: skip

_OF_THE_BODY = (
    _measured(
        "weight", MEASUREMENTS, SAMPLE, _SPARSE,
        _needed("weightGrams", "weight_g", least=1_000, most=1_000_000),
        _text("notes", "notes"),
        has_name=True,
    ),
    _measured(
        "body-fat", MEASUREMENTS, SAMPLE, _SPARSE,
        _needed("percentage", "body_fat_pct", most=100),
        has_name=True,
    ),
    _measured(
        "height", MEASUREMENTS, SAMPLE, _SPARSE,
        Field("heightMillimeters", "height_mm", "integer", "refused", least=200, most=3_000),
        has_name=True,
    ),
    _measured(
        "run-vo2-max", ACTIVITY, SAMPLE, _SPARSE,
        _needed("runVo2Max", "vo2_max_ml_per_kg_min", most=200),
    ),
    _measured(
        "vo2-max", ACTIVITY, SAMPLE, _SPARSE,
        _needed("vo2Max", "vo2_max_ml_per_kg_min", most=200),
        _text("measurementMethod", "measurement_method"),
    ),
)  # fmt: skip

_OF_THE_NIGHT = (
    _measured(
        "heart-rate-variability", MEASUREMENTS, SAMPLE, _NIGHT,
        _needed("rootMeanSquareOfSuccessiveDifferencesMilliseconds", "hrv_rmssd_ms"),
        _real("standardDeviationMilliseconds", "hrv_sdnn_ms"),
        _real("metadata.lowFrequencyPower", "low_frequency_power"),
        _real("metadata.highFrequencyPower", "high_frequency_power"),
    ),
    _measured(
        "oxygen-saturation", MEASUREMENTS, SAMPLE, _NIGHT,
        _needed("percentage", "spo2_pct", most=100),
    ),
    _measured(
        "respiratory-rate-sleep-summary", MEASUREMENTS, SAMPLE, _NIGHT,
        *_breathing("full"),
        *_breathing("deep"),
        *_breathing("light"),
        *_breathing("rem"),
    ),
)  # fmt: skip

_OF_MINUTES = (
    _measured(
        "steps", ACTIVITY, INTERVAL, _MINUTES,
        _count("count", "steps", most_per_minute=1_000),
    ),
    _measured("distance", ACTIVITY, INTERVAL, _MINUTES, _count("millimeters", "distance_mm")),
    _measured("floors", ACTIVITY, INTERVAL, _MINUTES, _count("count", "floors")),
    _measured(
        "active-energy-burned", ACTIVITY, INTERVAL, _MINUTES,
        Field("kcal", "active_energy_kcal", "real", "zero", least=0),
    ),
    _measured(
        "active-zone-minutes", ACTIVITY, INTERVAL, _ZONED,
        Field("heartRateZone", "heart_rate_zone", "text", "refused"),
        _count("activeZoneMinutes", "active_zone_minutes"),
    ),
    _measured(
        "time-in-heart-rate-zone", ACTIVITY, INTERVAL, _ZONED,
        Field("heartRateZoneType", "heart_rate_zone", "text", "refused"),
    ),
    _measured(
        "active-minutes", ACTIVITY, INTERVAL, _MINUTES,
        _active("LIGHT"),
        _active("MODERATE"),
        _active("VIGOROUS"),
    ),
    _measured(
        "heart-rate", MEASUREMENTS, SAMPLE, _MINUTES,
        _beats("beatsPerMinute", "bpm", "refused"),
        _text("metadata.motionContext", "motion_context"),
        _text("metadata.sensorLocation", "sensor_location"),
    ),
)  # fmt: skip

# In the order in which a run reads them: who it is, then what takes one request, then the minutes.
DATA_TYPES = (
    PROFILES, DEVICES, *_DAILY, *_SESSIONS, *_OF_THE_BODY, *_OF_THE_NIGHT, *_OF_MINUTES
)  # fmt: skip
