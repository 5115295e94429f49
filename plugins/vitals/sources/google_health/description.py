"""How a data type of Google Health is described: its fields, its clock, the table it goes to."""

from dataclasses import dataclass
from typing import Literal

from vitals.sources._api.spec import Resource

LARGEST_PAGE = 10_000

Kind = Literal[
    "text", "name", "integer", "real", "flag", "seconds", "offset", "instant", "date", "json",
    "stages",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """Where a value stands in a record, and the column that it goes to.

    Attributes:
        path: names from the record down to the value, with dots between. `zones[type=PEAK]` is the
            object of the list `zones` whose `type` is PEAK.
        column: column of the raw table.
        kind: how the value is written; see `columns.py`.
        absent: what a missing value means. Google leaves out zeros and false, so a count that is
            missing is "zero"; "refused" rejects the record.
        least: smallest value that is believed.
        most: largest value that is believed.
        most_per_minute: largest value that is believed for each minute that the record covers.
    """

    path: str
    column: str
    kind: Kind
    absent: Literal["null", "zero", "refused"] = "null"
    least: float | None = None
    most: float | None = None
    most_per_minute: float | None = None


@dataclass(frozen=True)
class Clock:
    """How the records of a data type tell when they were.

    Attributes:
        asked_by: field of the filter that asks for local days, after the name of the data type.
        fields: the fields that hold the time.
        day_of: column of the instant whose local day counts; None where records state a date.
        offset: column or path of the offset that belongs to that instant.
        civil: path of its civil time, which only some answers have.
        known: further names that are not kept, because other columns say the same.
    """

    asked_by: str
    fields: tuple[Field, ...]
    day_of: str | None = None
    offset: str = ""
    civil: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataType:
    """A kind of record and the raw table it goes to.

    Attributes:
        resource: the table.
        name: Google's name in paths; its words are joined by hyphens.
        fields: all fields; their paths begin at the record. Of two records with one key that with
            the larger values in this order stays.
        clock: how records tell their time; None for profiles and devices.
        known: paths of further names that are not kept.
        page_size: records per page; None where asking for a size is refused.
    """

    resource: Resource
    name: str
    fields: tuple[Field, ...]
    clock: Clock | None = None
    known: tuple[str, ...] = ()
    page_size: int | None = LARGEST_PAGE

    @property
    def civil(self) -> str:
        """Path of the civil time whose date is the local day; empty where there is none."""
        return f"{camel(self.name)}.{self.clock.civil}" if self.clock and self.clock.civil else ""

    @property
    def is_rolled_up(self) -> bool:
        """Whether Google adds up whole local days."""
        return self.clock is ROLLED_UP


def offset(path: str, column: str) -> Field:
    """Offset from UTC, at most a day."""
    return Field(path, column, "offset", least=-86_400, most=86_400)


SAMPLE = Clock(
    "sample_time.civil_time",
    (
        Field("sampleTime.physicalTime", "ts", "instant", "refused"),
        offset("sampleTime.utcOffset", "utc_offset_seconds"),
    ),
    day_of="ts",
    offset="utc_offset_seconds",
    civil="sampleTime.civilTime",
)
INTERVAL = Clock(
    "interval.civil_start_time",
    (
        Field("interval.startTime", "ts", "instant", "refused"),
        Field("interval.endTime", "end_ts", "instant", "refused"),
        offset("interval.startUtcOffset", "utc_offset_seconds"),
    ),
    day_of="ts",
    offset="utc_offset_seconds",
    civil="interval.civilStartTime",
    known=("interval.endUtcOffset", "interval.civilEndTime"),
)
_SESSION = (
    Field("interval.startTime", "start_ts", "instant", "refused"),
    Field("interval.endTime", "end_ts", "instant", "refused"),
    offset("interval.startUtcOffset", "start_utc_offset_seconds"),
    offset("interval.endUtcOffset", "end_utc_offset_seconds"),
)
# An exercise belongs to the day on which it began, a sleep to the one on which it ended.
BEGUN = Clock(
    "interval.civil_start_time",
    _SESSION,
    day_of="start_ts",
    offset="start_utc_offset_seconds",
    civil="interval.civilStartTime",
    known=("interval.civilEndTime",),
)
ENDED = Clock(
    "interval.civil_end_time",
    _SESSION,
    day_of="end_ts",
    offset="end_utc_offset_seconds",
    civil="interval.civilEndTime",
    known=("interval.civilStartTime",),
)
DATED = Clock("date", (Field("date", "local_date", "date", "refused"),))
# The date of a roll-up stands beside its value, not inside it.
ROLLED_UP = Clock("", (Field("civilStartTime.date", "local_date", "date", "refused"),))


def camel(name: str) -> str:
    """A data type's key in JSON."""
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def snake(name: str) -> str:
    """A data type's name in filters, and here the name of its resource."""
    return name.replace("-", "_")
