"""Filter text -> time bounds, as strict as the API: only >= and <, joined by AND (sleep: also OR).

The reasons of the refusals are those that Google documents; which of them belongs to which mistake
is documented for most and a guess for a malformed physical time and a wrong operator.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from vitals.simulator.google_health.data_types import DataType
from vitals.simulator.google_health.dialect import bad_request
from vitals.simulator.truth.people import DAY, to_day

BASE = "INVALID_DATA_POINT_FILTER"
TOKEN = re.compile(r'\s*(?:(?P<string>"[^"]*")|(?P<op>>=|<=|!=|=|<|>|:)|(?P<word>[\w.\-]+))')
CIVIL = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$")
PHYSICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
UNBOUNDED = 1 << 40


@dataclass(frozen=True)
class Bounds:
    """[start, end) in seconds; `form` says of which clock: physical (UTC), civil (wall) or date."""

    form: str
    start: int = -UNBOUNDED
    end: int = UNBOUNDED

    def holds(self, physical: np.ndarray, civil: np.ndarray) -> np.ndarray:
        """Which instants, given on both clocks, lie within."""
        at = physical if self.form == "physical" else civil
        return (at >= self.start) & (at < self.end)


Filter = tuple[Bounds, ...]
ANY_TIME: Filter = (Bounds("physical"),)


def parse_filter(text: str | None, data_type: DataType) -> Filter:
    """Parse a filter into alternatives, of which a point has to meet one.

    Raises:
        ApiError: 400 with the documented reason.
    """
    if text is None or text == "":
        return ANY_TIME
    tokens = tokenize(text)
    alternatives: list[Bounds] = []
    current: Bounds | None = None
    while tokens:
        bounds = comparison(tokens[:3], data_type)
        current = bounds if current is None else intersect(current, bounds)
        joint = tokens[3:4]
        tokens = tokens[4:]
        if not joint or joint[0] == "OR":
            alternatives.append(current)
            current = None
        if joint and not tokens:
            raise bad_request("The filter ends after an operator.", f"{BASE}_MISSING_TOKEN")
        if joint and joint[0] not in ("AND", "OR"):
            raise bad_request(f"Expected AND, found {joint[0]}.", f"{BASE}_SYNTAX")
        if joint == ["OR"] and data_type.name != "sleep":
            raise bad_request("OR is supported for sleep only.", BASE)
    return tuple(alternatives)


def tokenize(text: str) -> list[str]:
    """Split a filter into fields, operators and quoted literals."""
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise bad_request(
                f"Cannot parse the filter at {text[at : at + 20]!r}.", f"{BASE}_SYNTAX"
            )
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def comparison(tokens: list[str], data_type: DataType) -> Bounds:
    """One comparison: field, operator, quoted literal."""
    if len(tokens) < 3:
        raise bad_request("A field, an operator and a literal are needed.", f"{BASE}_MISSING_TOKEN")
    member, operator, literal = tokens
    if "-" in member:
        raise bad_request(f"Use underscores in a filter, not {member!r}.", BASE)
    form = data_type.filter_fields.get(member)
    if form is None:
        allowed = ", ".join(data_type.filter_fields)
        message = f"Field {member!r} cannot be filtered; allowed: {allowed}."
        raise bad_request(message, f"{BASE}_DATA_TYPE_MEMBER")
    ends_only = data_type.name == "electrocardiogram"
    if operator not in ((">=",) if ends_only else (">=", "<")):
        raise bad_request(f"Operator {operator!r} is not supported; use >= and <.", BASE)
    if not literal.startswith('"'):
        raise bad_request("Literals are written in double quotes.", f"{BASE}_SYNTAX")
    second = read_literal(literal.strip('"'), form)
    return Bounds(form, start=second) if operator == ">=" else Bounds(form, end=second)


def read_literal(text: str, form: str) -> int:
    """Seconds of a literal on the clock that its field wants."""
    try:
        if form == "physical" and PHYSICAL.match(text):
            return int(datetime.fromisoformat(text).timestamp())
        if form == "date" and CIVIL.match(text) and "T" not in text:
            return to_day(date.fromisoformat(text)) * DAY
        if form == "civil" and CIVIL.match(text):
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    except ValueError:
        pass
    if form == "physical":
        raise bad_request(f"{text!r} is not an RFC 3339 time.", "INVALID_FILTER_FORMAT")
    message = f"{text!r} is not YYYY-MM-DD" + ("" if form == "date" else "[THH:mm:ss]")
    raise bad_request(f"{message}.", f"{BASE}_CIVIL_DATE_TIME_FORMAT")


def intersect(one: Bounds, other: Bounds) -> Bounds:
    """Both bounds at once; physical and civil times cannot be mixed."""
    if one.form != other.form:
        raise bad_request("Physical and civil times cannot be mixed in a filter.", BASE)
    return Bounds(one.form, max(one.start, other.start), min(one.end, other.end))
