"""What Garmin's answers consist of, in its own words, for pydantic to check.

`...GMT` texts are UTC without Z, `...GMT` numbers milliseconds of UTC; `...Local` numbers are the
wall clock in milliseconds as if it were UTC. What was not measured is null.
"""

from datetime import date
from typing import Annotated, Any, NotRequired

from pydantic import Field, NaiveDatetime
from typing_extensions import TypedDict

from vitals.sources._api.fields import Amount, Count, Percent, Real, further_fields
from vitals.sources._api.records import Shape

Milliseconds = Annotated[int, Field(ge=946_684_800_000, le=7_258_118_400_000)]
Bpm = Annotated[int, Field(ge=25, le=250)]
Level = Annotated[int, Field(ge=0, le=100)]
Rmssd = Annotated[float, Field(gt=0, le=1_000)]


@further_fields
class Summary(TypedDict):
    """Totals of a day. `lastSyncTimestampGMT` is about the account, not about the day."""

    calendarDate: date
    totalSteps: NotRequired[Count | None]
    dailyStepGoal: NotRequired[Count | None]
    totalDistanceMeters: NotRequired[Amount | None]
    totalKilocalories: NotRequired[Amount | None]
    activeKilocalories: NotRequired[Amount | None]
    bmrKilocalories: NotRequired[Amount | None]
    restingHeartRate: NotRequired[Bpm | None]
    minHeartRate: NotRequired[Bpm | None]
    maxHeartRate: NotRequired[Bpm | None]
    averageStressLevel: NotRequired[int | None]
    maxStressLevel: NotRequired[int | None]
    bodyBatteryHighestValue: NotRequired[Level | None]
    bodyBatteryLowestValue: NotRequired[Level | None]
    moderateIntensityMinutes: NotRequired[Count | None]
    vigorousIntensityMinutes: NotRequired[Count | None]
    floorsAscended: NotRequired[Amount | None]
    lastSyncTimestampGMT: NotRequired[NaiveDatetime | None]


@further_fields
class Steps(TypedDict):
    """Steps of a day."""

    calendarDate: date
    totalSteps: NotRequired[Count | None]
    totalDistance: NotRequired[Amount | None]
    stepGoal: NotRequired[Count | None]


@further_fields
class HrvBaseline(TypedDict):
    """Where Garmin sees the person's normal range, in milliseconds."""

    lowUpper: NotRequired[Real | None]
    balancedLow: NotRequired[Real | None]
    balancedUpper: NotRequired[Real | None]


@further_fields
class HrvSummary(TypedDict):
    """Heart-rate variability of a night in milliseconds."""

    calendarDate: date
    lastNightAvg: NotRequired[Rmssd | None]
    lastNight5MinHigh: NotRequired[Rmssd | None]
    weeklyAvg: NotRequired[Rmssd | None]
    baseline: NotRequired[HrvBaseline | None]
    status: NotRequired[str | None]


@further_fields
class HrvReading(TypedDict):
    """Heart-rate variability of five minutes."""

    readingTimeGMT: NaiveDatetime
    hrvValue: Rmssd
    readingTimeLocal: NotRequired[NaiveDatetime | None]


@further_fields
class Component(TypedDict):
    """One of the values that a fitness age was computed from; negative where there is none."""

    value: NotRequired[Real | None]


@further_fields
class Components(TypedDict):
    """What a fitness age was computed from. VO2max in millilitres per kilogram and minute."""

    vo2Max: NotRequired[Component | None]


@further_fields
class FitnessAge(TypedDict):
    """Fitness age of a day."""

    calendarDate: date
    chronologicalAge: NotRequired[Annotated[int, Field(ge=0, le=130)] | None]
    fitnessAge: NotRequired[Annotated[float, Field(ge=0, le=130)] | None]
    components: NotRequired[Components | None]


@further_fields
class Spo2(TypedDict):
    """Oxygen saturation of a day in percent."""

    calendarDate: date
    averageSpO2: NotRequired[Percent | None]
    lowestSpO2: NotRequired[Percent | None]


class HeartRate(TypedDict):
    """A heart rate."""

    timestamp: Milliseconds
    heartrate: Bpm


class Stress(TypedDict):
    """A stress level; the negative ones that say why there is none are left out before."""

    timestamp: Milliseconds
    stressLevel: Level


class BodyBattery(TypedDict):
    """A level of the body battery."""

    timestamp: Milliseconds
    bodyBatteryLevel: Level


class Spo2Reading(TypedDict):
    """An oxygen saturation."""

    timestamp: Milliseconds
    spo2Reading: Percent


@further_fields
class Score(TypedDict):
    """One judgement of a night."""

    value: NotRequired[Level | None]


@further_fields
class SleepScores(TypedDict):
    """Judgements of a night from 0 to 100."""

    overall: NotRequired[Score | None]


@further_fields
class Night(TypedDict):
    """The main sleep of a day; it belongs to the day on which it ended."""

    calendarDate: date
    sleepStartTimestampGMT: Milliseconds
    sleepEndTimestampGMT: Milliseconds
    sleepStartTimestampLocal: NotRequired[Milliseconds | None]
    sleepEndTimestampLocal: NotRequired[Milliseconds | None]
    sleepTimeSeconds: NotRequired[Count | None]
    deepSleepSeconds: NotRequired[Count | None]
    lightSleepSeconds: NotRequired[Count | None]
    remSleepSeconds: NotRequired[Count | None]
    awakeSleepSeconds: NotRequired[Count | None]
    napTimeSeconds: NotRequired[Count | None]
    sleepWindowConfirmed: NotRequired[bool | None]
    avgSleepHRV: NotRequired[Rmssd | None]
    avgSpO2: NotRequired[Percent | None]
    averageRespirationValue: NotRequired[Annotated[float, Field(gt=0, le=100)] | None]
    sleepScores: NotRequired[SleepScores | None]


@further_fields
class SleepLevel(TypedDict):
    """A stage: 0 deep, 1 light, 2 REM, 3 awake."""

    startGMT: NaiveDatetime
    endGMT: NaiveDatetime
    activityLevel: Annotated[float, Field(ge=-10, le=10)]


@further_fields
class Weighing(TypedDict):
    """A weighing in grams."""

    samplePk: int
    calendarDate: date
    timestampGMT: Milliseconds
    weight: Annotated[float, Field(gt=0, le=700_000)]
    date: NotRequired[Milliseconds | None]
    bmi: NotRequired[Annotated[float, Field(ge=0, le=300)] | None]
    bodyFat: NotRequired[Percent | None]
    sourceType: NotRequired[str | None]


@further_fields
class ActivityKind(TypedDict):
    """The kind of an exercise."""

    typeKey: NotRequired[str | None]
    typeId: NotRequired[int | None]


@further_fields
class Activity(TypedDict):
    """An exercise."""

    activityId: int
    startTimeGMT: NaiveDatetime
    startTimeLocal: NaiveDatetime
    duration: Annotated[float, Field(ge=0, le=1_209_600)]
    elapsedDuration: NotRequired[Annotated[float, Field(ge=0, le=1_209_600)] | None]
    movingDuration: NotRequired[Amount | None]
    activityName: NotRequired[str | None]
    activityType: NotRequired[ActivityKind | None]
    distance: NotRequired[Amount | None]
    elevationGain: NotRequired[Real | None]
    averageSpeed: NotRequired[Amount | None]
    averageHR: NotRequired[Annotated[float, Field(ge=25, le=250)] | None]
    maxHR: NotRequired[Annotated[float, Field(ge=25, le=250)] | None]
    calories: NotRequired[Amount | None]
    steps: NotRequired[Count | None]
    manualActivity: NotRequired[bool | None]


@further_fields
class UserData(TypedDict):
    """The body of the user; the weight is known from weighings."""

    birthDate: NotRequired[date | None]
    gender: NotRequired[str | None]
    height: NotRequired[Annotated[float, Field(ge=30, le=280)] | None]
    weight: NotRequired[Any]


@further_fields
class Settings(TypedDict):
    """Settings of the account."""

    id: int | str
    timeZone: NotRequired[str | None]
    userData: NotRequired[UserData | None]


@further_fields
class Zones(TypedDict):
    """Heart-rate zones of a sport."""

    sport: NotRequired[str | None]
    maxHeartRateUsed: NotRequired[Bpm | None]
    restingHeartRateUsed: NotRequired[Bpm | None]


SUMMARY = Shape(Summary, "userProfileId")
STEPS = Shape(Steps)
HRV_SUMMARY = Shape(HrvSummary)
HRV_READING = Shape(HrvReading)
FITNESS_AGE = Shape(FitnessAge)
SPO2 = Shape(Spo2, "userProfilePK", "spO2SingleValues", "spO2ValueDescriptorsDTOList")
HEART_RATE = Shape(HeartRate)
STRESS = Shape(Stress)
BODY_BATTERY = Shape(BodyBattery)
SPO2_READING = Shape(Spo2Reading)
NIGHT = Shape(Night, "userProfilePK", "id", "sleepScores.overall.qualifierKey")
SLEEP_LEVEL = Shape(SleepLevel)
WEIGHING = Shape(Weighing)
ACTIVITY = Shape(Activity)
SETTINGS = Shape(Settings, "displayName", "measurementSystem")
ZONE = Shape(
    Zones,
    "changeState",
    "lactateThresholdHeartRateUsed",
    "restingHrAutoUpdateUsed",
    "trainingMethod",
    *(f"zone{number}Floor" for number in range(1, 6)),
)
