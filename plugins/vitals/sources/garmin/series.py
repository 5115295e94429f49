"""Values in the course of a day: heart rate, stress, body battery, heart-rate variability.

Garmin sends arrays, and beside them descriptors that say what stands in which place. The places
have been seen to change, so they are always looked up. No value is null or a negative number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from vitals.sources._api.errors import ProviderUnavailableError, ScopeMissingError
from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record, Shape
from vitals.sources._api.session import Nothing
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin import shapes
from vitals.sources.garmin.answers import NotServedError
from vitals.sources.garmin.connection import Connection

KEY = ("ts",)


@dataclass(frozen=True)
class Series:
    """Arrays of one kind.

    Attributes:
        values: where they stand in an answer.
        descriptors: where it stands what their columns mean.
        name: the descriptor of the value.
        shape: what a row looks like under these descriptors.
        column: where the value goes.
        kind: its type.
    """

    values: str
    descriptors: str
    name: str
    shape: Shape
    column: str
    kind: pa.DataType

    @property
    def schema(self) -> pa.Schema:
        """Columns of the rows."""
        return pa.schema([("local_date", pa.date32()), ("ts", INSTANT), (self.column, self.kind)])


HEART_RATE = Series(
    "heartRateValues",
    "heartRateValueDescriptors",
    "heartrate",
    shapes.HEART_RATE,
    "bpm",
    pa.int16(),
)
STRESS = Series(
    "stressValuesArray",
    "stressValueDescriptorsDTOList",
    "stressLevel",
    shapes.STRESS,
    "stress_level",
    pa.int16(),
)
BODY_BATTERY = Series(
    "bodyBatteryValuesArray",
    "bodyBatteryValueDescriptorDTOList",
    "bodyBatteryLevel",
    shapes.BODY_BATTERY,
    "body_battery_level",
    pa.int16(),
)
SPO2 = Series(
    "spO2SingleValues",
    "spO2ValueDescriptorsDTOList",
    "spo2Reading",
    shapes.SPO2_READING,
    "spo2_pct",
    pa.float64(),
)
HRV_SCHEMA = pa.schema([("local_date", pa.date32()), ("ts", INSTANT), ("rmssd_ms", pa.float64())])
# Answers about a day also repeat what other resources hold; that is no news.
DOCUMENTED = {
    "heart_rate": (
        "calendarDate",
        "endTimestampGMT",
        "endTimestampLocal",
        "lastSevenDaysAvgRestingHeartRate",
        "maxHeartRate",
        "minHeartRate",
        "restingHeartRate",
        "startTimestampGMT",
        "startTimestampLocal",
        "userProfilePK",
    ),
    "stress": (
        "avgStressLevel",
        "bodyBatteryValueDescriptorsDTOList",
        "bodyBatteryValuesArray",
        "calendarDate",
        "endTimestampGMT",
        "endTimestampLocal",
        "maxStressLevel",
        "startTimestampGMT",
        "startTimestampLocal",
        "stressChartValueOffset",
        "stressChartYAxisOrigin",
        "userProfilePK",
    ),
    "hrv_readings": (
        "endTimestampGMT",
        "endTimestampLocal",
        "hrvSummary",
        "sleepEndTimestampGMT",
        "sleepEndTimestampLocal",
        "sleepStartTimestampGMT",
        "sleepStartTimestampLocal",
        "startTimestampGMT",
        "startTimestampLocal",
        "userProfilePk",
    ),
    "body_battery": (
        "charged",
        "date",
        "drained",
        "endTimestampGMT",
        "endTimestampLocal",
        "startTimestampGMT",
        "startTimestampLocal",
    ),
}


def read_heart_rate(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Heart rate of some days, a request for each; Garmin gives a value for two minutes."""
    rows: list[Record] = []
    for day in days_of(window):
        answer = api.get(reading, "/wellness-service/wellness/dailyHeartRate", date=str(day))
        rows += _rows_of_day(HEART_RATE, answer, day, reading)
    return reading.finish(rows, HEART_RATE.schema, KEY)


def read_stress(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Stress of some days, a request for each; a value for three minutes.

    Raises:
        ScopeMissingError: it is not open to personal keys.
    """
    rows: list[Record] = []
    for day in days_of(window):
        try:
            answer = api.get(reading, f"/wellness-service/wellness/dailyStress/{day}")
        except NotServedError as error:
            raise ScopeMissingError(
                "Garmin does not serve stress in the course of a day to personal keys; "
                "daily_summaries has its mean and maximum"
            ) from error
        rows += _rows_of_day(STRESS, answer, day, reading)
    return reading.finish(rows, STRESS.schema, KEY)


def read_body_battery(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Body battery of a range; days without any are left out."""
    answer = api.get(
        reading,
        "/wellness-service/wellness/bodyBattery/reports/daily",
        startDate=str(window.first),
        endDate=str(window.last),
    )
    rows: list[Record] = []
    for report in reading.whole(answer):
        day = date.fromisoformat(reading.inside(report, "date", str))
        if window.first <= day <= window.last:
            rows += _rows(BODY_BATTERY, report, day, reading)
    return reading.finish(rows, BODY_BATTERY.schema, KEY)


def read_hrv(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Heart-rate variability every five minutes of the nights that have any."""
    rows: list[Record] = []
    for night in _nights(api, window, reading):
        answer = api.get(reading, f"/hrv-service/hrv/{night}")
        readings = reading.inside(answer, "hrvReadings")
        reading.note_unknown(answer, "hrvReadings", *DOCUMENTED["hrv_readings"])
        for one in reading.take(shapes.HRV_READING, readings, night).valid:
            at = one["readingTimeGMT"].replace(tzinfo=UTC)
            rows.append({"local_date": night, "ts": at, "rmssd_ms": one["hrvValue"]})
    return reading.finish(rows, HRV_SCHEMA, KEY)


def _nights(api: Connection, window: DateWindow, reading: Reading) -> list[date]:
    """Which days to ask for: a night without readings has no answer, not even an empty one."""
    answer = api.get(reading, f"/hrv-service/hrv/daily/{window.first}/{window.last}")
    summaries = reading.inside(answer, "hrvSummaries")
    found = reading.take(shapes.HRV_SUMMARY, summaries, f"{window.first}/{window.last}")
    nights = {one["calendarDate"] for one in found.valid}
    return sorted(day for day in nights if window.first <= day <= window.last)


def days_of(window: DateWindow) -> list[date]:
    """The days of a window."""
    return [piece.first for piece in window.pieces(1)]


def about(answer: Any, day: date, reading: Reading) -> list[Record]:
    """An answer about one day, if there was one.

    Raises:
        ProviderUnavailableError: it is about another one, or about none.
    """
    if isinstance(answer, Nothing):
        return []
    stated = reading.inside(answer, "calendarDate", str)
    if stated != str(day):
        raise ProviderUnavailableError(f"{reading.resource}: asked for {day}, got {stated}")
    return [answer]


def _rows_of_day(series: Series, answer: Any, day: date, reading: Reading) -> list[Record]:
    return [row for one in about(answer, day, reading) for row in _rows(series, one, day, reading)]


def _rows(series: Series, answer: Record, day: date, reading: Reading) -> list[Record]:
    known = DOCUMENTED[reading.resource]
    reading.note_unknown(answer, series.values, series.descriptors, *known)
    return [
        {"local_date": day, "ts": instant(one["timestamp"]), series.column: one[series.name]}
        for one in measured(series, answer, day, reading)
    ]


def measured(series: Series, answer: Record, day: date, reading: Reading) -> list[Record]:
    """The valid values of an answer by the names of their descriptors.

    Raises:
        ProviderUnavailableError: the answer does not say what its columns mean.
    """
    arrays = answer.get(series.values)
    if arrays is None:  # a day without a watch
        arrays = []
    if not isinstance(arrays, list):
        raise ProviderUnavailableError(f"{reading.resource}: {series.values} is no list")
    places = _places(answer.get(series.descriptors) or ())
    wanted = ("timestamp", series.name)
    if arrays and not all(name in places for name in wanted):
        raise ProviderUnavailableError(
            f"{reading.resource}: {series.descriptors} does not say where {series.name} stands"
        )
    named = [_named(array, places, wanted) for array in arrays]
    present = [one for one in named if not _is_no_value(one, series.name)]
    return reading.take(series.shape, present, day).valid


def _places(descriptors: Iterable[Any]) -> dict[str, int]:
    """Name of a column -> its place; the fields are called `key` and `index`, or end like that."""
    places = {}
    for one in descriptors:
        fields = {name.lower(): value for name, value in one.items()}
        key = next((value for name, value in fields.items() if name.endswith("key")), None)
        place = next((value for name, value in fields.items() if name.endswith("index")), None)
        if isinstance(key, str) and isinstance(place, int):
            places[key] = place
    return places


def _named(array: Any, places: Mapping[str, int], wanted: Sequence[str]) -> Any:
    if not isinstance(array, list):
        return array
    return {name: array[places[name]] for name in wanted if places[name] < len(array)}


def _is_no_value(row: Any, name: str) -> bool:
    if not isinstance(row, dict) or name not in row:
        return False
    value = row[name]
    return value is None or (isinstance(value, int | float) and value < 0)


def instant(milliseconds: int) -> datetime:
    """UTC instant of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)
