"""What Fitbit's answers consist of, in its own words, for pydantic to check.

Daily values of activities are strings ("9034") and become numbers here. All times but those of
`activities` are the wall clock of the person, without an offset. Distances are kilometres, weights
kilograms, because requests name no language (`Accept-Language: en_US` would give miles and pounds).
"""

from datetime import date
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AwareDatetime, Field, NaiveDatetime
from typing_extensions import TypedDict

from vitals.sources._api.fields import Amount, Count, Percent, Real, further_fields
from vitals.sources._api.records import Shape

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$")]
Bpm = Annotated[int, Field(strict=True, ge=25, le=250)]


@further_fields
class HeartRateSample(TypedDict):
    """A sample of intraday heart rate."""

    time: Clock
    value: Bpm


@further_fields
class MinuteSteps(TypedDict):
    """Steps of a minute."""

    time: Clock
    value: Annotated[int, Field(strict=True, ge=0, le=1_000)]


@further_fields
class MinuteFloors(TypedDict):
    """Floors climbed in a minute."""

    time: Clock
    value: Annotated[int, Field(strict=True, ge=0, le=1_000)]


@further_fields
class MinuteDistance(TypedDict):
    """Kilometres of a minute."""

    time: Clock
    value: Annotated[float, Field(strict=True, ge=0, le=10, allow_inf_nan=False)]


@further_fields
class MinuteCalories(TypedDict):
    """Energy of a minute, with what Fitbit thinks of its intensity."""

    time: Clock
    value: Annotated[float, Field(strict=True, ge=0, le=1_000, allow_inf_nan=False)]
    level: NotRequired[Annotated[int, Field(ge=0, le=100)]]
    mets: NotRequired[Annotated[int, Field(ge=0, le=1_000)]]


@further_fields
class DayCount(TypedDict):
    """A whole number of a day."""

    dateTime: date
    value: Count


@further_fields
class DayAmount(TypedDict):
    """A number of a day."""

    dateTime: date
    value: Amount


@further_fields
class HeartValues(TypedDict):
    """Heart-rate values of a day; without a resting heart rate where none was found."""

    restingHeartRate: NotRequired[Bpm]
    heartRateZones: NotRequired[list[dict[str, Any]]]
    customHeartRateZones: NotRequired[list[dict[str, Any]]]


@further_fields
class HeartDay(TypedDict):
    """Heart rate of a day."""

    dateTime: date
    value: HeartValues


@further_fields
class ZoneMinuteValues(TypedDict):
    """Active zone minutes; zones without any are left out."""

    activeZoneMinutes: Count
    fatBurnActiveZoneMinutes: NotRequired[Count]
    cardioActiveZoneMinutes: NotRequired[Count]
    peakActiveZoneMinutes: NotRequired[Count]


@further_fields
class ZoneMinuteDay(TypedDict):
    """Active zone minutes of a day."""

    dateTime: date
    value: ZoneMinuteValues


@further_fields
class HrvValues(TypedDict):
    """RMSSD in milliseconds, of the whole sleep and of deep sleep."""

    dailyRmssd: Annotated[float, Field(gt=0, le=1_000)]
    deepRmssd: NotRequired[Annotated[float, Field(gt=0, le=1_000)] | None]


@further_fields
class HrvDay(TypedDict):
    """Heart-rate variability of a night."""

    dateTime: date
    value: HrvValues


@further_fields
class Spo2Values(TypedDict):
    """Oxygen saturation in percent."""

    avg: Percent
    min: NotRequired[Percent | None]
    max: NotRequired[Percent | None]


@further_fields
class Spo2Day(TypedDict):
    """Oxygen saturation of a night."""

    dateTime: date
    value: Spo2Values


@further_fields
class BreathingValues(TypedDict):
    """Breaths per minute."""

    breathingRate: Annotated[float, Field(gt=0, le=100)]


@further_fields
class BreathingDay(TypedDict):
    """Breathing rate of a night."""

    dateTime: date
    value: BreathingValues


@further_fields
class TemperatureValues(TypedDict):
    """Degrees Celsius from the person's baseline."""

    nightlyRelative: Annotated[float, Field(ge=-20, le=20)]


@further_fields
class TemperatureDay(TypedDict):
    """Skin temperature of a night."""

    dateTime: date
    value: TemperatureValues
    logType: NotRequired[str | None]


@further_fields
class CardioValues(TypedDict):
    """VO2max in mL/kg/min: a number, or a range in words such as "44-48"."""

    vo2Max: Annotated[
        str,
        Field(pattern=r"^\d{1,2}(\.\d+)?(\s*-\s*\d{1,2}(\.\d+)?)?$", coerce_numbers_to_str=True),
    ]


@further_fields
class CardioDay(TypedDict):
    """Cardio fitness score of a day."""

    dateTime: date
    value: CardioValues


@further_fields
class WeightLog(TypedDict):
    """A weighing; the body-mass index is metric in any language."""

    logId: int
    date: date
    time: Clock
    weight: Annotated[float, Field(gt=0, le=700)]
    bmi: NotRequired[Annotated[float, Field(ge=0, le=300)] | None]
    fat: NotRequired[Percent | None]
    source: NotRequired[str | None]


@further_fields
class FatLog(TypedDict):
    """A measurement of body fat in percent."""

    logId: int
    date: date
    time: Clock
    fat: Percent
    source: NotRequired[str | None]


@further_fields
class Level(TypedDict):
    """A stretch of a sleep."""

    dateTime: NaiveDatetime
    level: str
    seconds: Annotated[int, Field(ge=0, le=172_800)]


@further_fields
class Levels(TypedDict):
    """Stretches in order of time; short awakenings lie on top of them."""

    data: NotRequired[list[Level]]
    shortData: NotRequired[list[Level]]
    summary: NotRequired[dict[str, Any]]


@further_fields
class SleepLog(TypedDict):
    """A sleep; it belongs to the day on which it ended."""

    logId: int
    dateOfSleep: date
    startTime: NaiveDatetime
    endTime: NaiveDatetime
    duration: Annotated[int, Field(gt=0, le=172_800_000)]
    type: NotRequired[str | None]
    isMainSleep: NotRequired[bool | None]
    efficiency: NotRequired[Percent | None]
    minutesAsleep: NotRequired[Count | None]
    minutesAwake: NotRequired[Count | None]
    minutesToFallAsleep: NotRequired[Count | None]
    minutesAfterWakeup: NotRequired[Count | None]
    timeInBed: NotRequired[Count | None]
    logType: NotRequired[str | None]
    infoCode: NotRequired[int | None]
    levels: NotRequired[Levels | None]


@further_fields
class ActivityZoneMinutes(TypedDict):
    """Active zone minutes of an exercise."""

    totalMinutes: NotRequired[Count | None]


@further_fields
class ActivityLog(TypedDict):
    """An exercise; its start is the only time that carries an offset."""

    logId: int
    startTime: AwareDatetime
    duration: Annotated[int, Field(ge=0, le=1_209_600_000)]
    activityName: NotRequired[str | None]
    activityTypeId: NotRequired[int | None]
    logType: NotRequired[str | None]
    activeDuration: NotRequired[Count | None]
    averageHeartRate: NotRequired[Bpm | None]
    calories: NotRequired[Count | None]
    distance: NotRequired[Amount | None]
    distanceUnit: NotRequired[Literal["Kilometer", "Mile", "Meter"] | None]
    elevationGain: NotRequired[Real | None]
    steps: NotRequired[Count | None]
    hasGps: NotRequired[bool | None]
    lastModified: NotRequired[AwareDatetime | None]
    activeZoneMinutes: NotRequired[ActivityZoneMinutes | None]
    heartRateZones: NotRequired[list[dict[str, Any]] | None]


@further_fields
class User(TypedDict):
    """A profile. `weight` and `averageDailySteps` change daily and are known from elsewhere."""

    encodedId: str
    timezone: str
    offsetFromUTCMillis: NotRequired[int | None]
    dateOfBirth: NotRequired[date | None]
    age: NotRequired[Annotated[int, Field(ge=0, le=130)] | None]
    gender: NotRequired[str | None]
    height: NotRequired[Annotated[float, Field(ge=30, le=280)] | None]
    memberSince: NotRequired[date | None]
    weight: NotRequired[Any]
    averageDailySteps: NotRequired[Any]


@further_fields
class Device(TypedDict):
    """A paired device."""

    id: str
    type: NotRequired[str | None]
    deviceVersion: NotRequired[str | None]
    battery: NotRequired[str | None]
    batteryLevel: NotRequired[Percent | None]
    lastSyncTime: NotRequired[NaiveDatetime | None]
    mac: NotRequired[str | None]


HEART_RATE_SAMPLE = Shape(HeartRateSample)
MINUTE_STEPS = Shape(MinuteSteps)
MINUTE_FLOORS = Shape(MinuteFloors)
MINUTE_DISTANCE = Shape(MinuteDistance)
MINUTE_CALORIES = Shape(MinuteCalories)
DAY_COUNT = Shape(DayCount)
DAY_AMOUNT = Shape(DayAmount)
HEART_DAY = Shape(HeartDay)
ZONE_MINUTE_DAY = Shape(ZoneMinuteDay)
HRV_DAY = Shape(HrvDay)
SPO2_DAY = Shape(Spo2Day)
BREATHING_DAY = Shape(BreathingDay)
TEMPERATURE_DAY = Shape(TemperatureDay)
CARDIO_DAY = Shape(CardioDay)
WEIGHT_LOG = Shape(WeightLog)
FAT_LOG = Shape(FatLog)
SLEEP_LOG = Shape(SleepLog)
ACTIVITY_LOG = Shape(
    ActivityLog,
    "activityLevel",
    "caloriesLink",
    "detailsLink",
    "hasActiveZoneMinutes",
    "heartRateLink",
    "inProgress",
    "intervalWorkoutSummaries",
    "manualValuesSpecified",
    "originalDuration",
    "originalStartTime",
    "pace",
    "source",
    "speed",
    "tcxLink",
)
USER = Shape(
    User,
    "ambassador",
    "autoStrideEnabled",
    "avatar",
    "avatar150",
    "avatar640",
    "challengesBeta",
    "clockTimeDisplayFormat",
    "corporate",
    "corporateAdmin",
    "country",
    "displayName",
    "displayNameSetting",
    "distanceUnit",
    "features",
    "firstName",
    "foodsLocale",
    "fullName",
    "glucoseUnit",
    "heightUnit",
    "isBugReportEnabled",
    "isChild",
    "isCoach",
    "languageLocale",
    "lastName",
    "legalTermsAcceptRequired",
    "locale",
    "mfaEnabled",
    "sdkDeveloper",
    "sleepTracking",
    "startDayOfWeek",
    "state",
    "strideLengthRunning",
    "strideLengthRunningType",
    "strideLengthWalking",
    "strideLengthWalkingType",
    "swimUnit",
    "temperatureUnit",
    "topBadges",
    "visibleUser",
    "waterUnit",
    "waterUnitName",
    "weightUnit",
)
DEVICE = Shape(Device, "features")
