"""Documents of users and sleeps: the pydantic models, and a validation that spares neighbours.

A wrong field costs only itself: it is reported and left out, and so is a wrong element of a list.
Only what a row cannot do without (user_id; start_ts and end_ts) costs the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from vitals.sources.iot import documents, instants

Model = TypeVar("Model", bound=BaseModel)

# What stages are called; `asleep` is a sleep whose depth is not known.
LEVELS = ("awake", "wake", "restless", "asleep", "light", "deep", "rem")


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("vitals", sentence.replace("{", "{{").replace("}", "}}"))


def _identifier(value: Any) -> str:
    try:
        return documents.identifier(value)
    except documents.NotADevice as error:
        raise _wrong(f"an id that is {error}: write it as text") from error


def _instant(value: Any) -> datetime:
    micros, problem = instants.from_value(value)
    if problem:
        raise _wrong("no instant: write unix seconds or milliseconds, ISO 8601 or a date")
    try:
        return instants.to_datetime(micros)
    except (OverflowError, ValueError) as error:
        raise _wrong("an instant outside the years 1 to 9999: check the unit") from error


def _day(value: Any) -> date:
    day = _instant(value).date()
    if not date(1900, 1, 1) <= day <= datetime.now(UTC).date():
        raise _wrong("a date of birth before 1900 or in the future: write it like 1980-05-31")
    return day


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _storable(value: str) -> str:
    if "\x00" in value:
        raise _wrong("text with a NUL character: remove it")
    return value.strip()


def _level(value: str) -> str:
    level = value.lower()
    if level not in LEVELS:
        raise _wrong(f"no stage of sleep: write one of {', '.join(LEVELS)}")
    return level


@cache
def _zone_names() -> set[str]:
    return available_timezones()


def _zone(value: Any) -> str:
    if not isinstance(value, str) or value.strip() not in _zone_names():
        raise _wrong("no time zone of the IANA database: write one like Europe/Oslo")
    return value.strip()


def _zone_form(value: Any) -> str:
    return "history" if isinstance(value, list) else "name"


Identifier = Annotated[str, BeforeValidator(_identifier)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Text = Annotated[str, Field(strict=True), AfterValidator(_storable)]
# What a person could have meant as one word; longer text is a mistake, and analysts see these.
Word = Annotated[str, Field(strict=True, max_length=64), AfterValidator(_storable)]
# The longest address that mail can be sent to, with some room.
Address = Annotated[str, Field(strict=True, max_length=320), AfterValidator(_storable)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Zone = Annotated[str, BeforeValidator(_zone)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def extra(self) -> dict[str, Any] | None:
        """Fields without a column of their own."""
        return self.model_extra or None


class ZoneFrom(_Document):
    """One entry of a time-zone history."""

    valid_from: Instant
    time_zone: Zone


class User(_Document):
    """A document of the collection `users`."""

    user_id: Identifier
    age: Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=0, le=130)] | None = None
    dob: Annotated[date, BeforeValidator(_day)] | None = None
    gender: Word | None = None
    height: Annotated[Number, Field(ge=30, le=280)] | None = None
    email: Address | None = None
    devices: list[Identifier] | None = None
    created_at: Instant | None = None
    time_zone: (
        Annotated[
            Annotated[Zone, Tag("name")] | Annotated[list[ZoneFrom], Tag("history")],
            Discriminator(_zone_form),
        ]
        | None
    ) = None
    country: Word | None = None


class SleepStage(_Document):
    """One stage of a sleep."""

    ts: Instant
    level: Annotated[Text, AfterValidator(_level)]
    seconds: Annotated[Number, Field(ge=0, le=86_400)]


class Sleep(_Document):
    """An element of `metrics` in a document of the collection `sleeps`."""

    start_ts: Instant
    end_ts: Instant
    duration: Annotated[Number, Field(ge=0, le=1e12)] | None = None
    levels: list[SleepStage] | None = None


@dataclass(frozen=True)
class FieldProblem:
    """A field that was refused, by its dotted name; `fatal` if the row cannot do without it."""

    field: str
    reason: str
    fatal: bool


def validate(
    model: type[Model], document: Mapping[str, Any]
) -> tuple[Model | None, list[FieldProblem]]:
    """Read a document as `model`, leaving out what is wrong.

    Returns:
        The model, or None if a field that it needs is wrong or missing, and all problems found.
    """
    document = dict(document)
    problems: list[FieldProblem] = []
    while True:
        try:
            return model.model_validate(document), problems
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        problems += [_explain(item, required) for item in found]
        if any(problem.fatal for problem in problems):
            return None, [problem for problem in problems if problem.fatal]
        _remove(document, [item["loc"] for item in found])


def _explain(error: Any, required: set[str]) -> FieldProblem:
    field = str(error["loc"][0])
    name = ".".join(str(step) for step in error["loc"] if step not in ("name", "history"))
    if error["type"] == "missing":
        reason = f"{name} is missing: a renamed field is not guessed, write it as {name}"
    elif error["type"] == "vitals":
        reason = f"{name} is {error['msg']}"
    else:
        reason = f"{name} is wrong ({error['msg'].lower()}): correct it or leave the field out"
    return FieldProblem(name, reason, field in required)


def _remove(document: dict[str, Any], paths: list[tuple[Any, ...]]) -> None:
    """Take the wrong parts out: the element where the path goes through a list, else the field."""
    elements: dict[str, set[int]] = {}
    for field, *rest in paths:
        index = next((step for step in rest if isinstance(step, int)), None)
        if index is None or not isinstance(document.get(field), list):
            document.pop(field, None)
        else:
            elements.setdefault(field, set()).add(index)
    for field, indexes in elements.items():
        if field in document:
            kept = enumerate(document[field])
            document[field] = [item for index, item in kept if index not in indexes]
