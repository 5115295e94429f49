"""Records of an answer -> the valid ones, the rejected ones, and the names of unknown fields.

One call of pydantic validates a whole list, which its Rust core does at some two million records a
second. Only where that fails are records looked at one by one: a wrong field that the record can do
without costs only itself; else the record is rejected, and its neighbours stay.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from vitals.sources.rejected import Rejected, to_json

Record = dict[str, Any]
Known = Mapping[str, "Known"]
# (index, record) -> what raw.rejected_records calls it.
Name = Callable[[int, Any], str]


@dataclass
class Records:
    """What became of a list of records.

    Attributes:
        valid: the valid ones, converted to the types of their shape.
        places: index of each valid one in the list; None if all are valid.
        rejected: what was refused.
        unknown: names of fields that the shape does not have.
    """

    valid: list[Record]
    places: list[int] | None = None
    rejected: list[Rejected] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)


class Shape:
    """A kind of record, described by a TypedDict that lets further fields through.

    Args:
        typed_dict: its fields in the provider's words; `NotRequired` where it can do without.
        documented: names of further fields that are no news; `extra` holds them like unknown ones.
    """

    def __init__(self, typed_dict: type, *documented: str) -> None:
        self._type, self._documented = typed_dict, frozenset(documented)

    def read(self, records: Sequence[Any], name: Name) -> Records:
        """Validate records; `name` says what a rejected one is called."""
        try:
            valid = self._adapter.validate_python(records)
        except ValidationError as error:
            found = self._read_around(records, _by_record(error), name)
        else:
            found = Records(valid)
        found.unknown = self._unknown(found.valid)
        return found

    def extra(self, record: Record) -> str | None:
        """The unknown fields of a record with their values, as JSON."""
        found = _extra(record, self._known)
        return to_json(found) if found else None

    @cached_property
    def _adapter(self) -> TypeAdapter:
        return TypeAdapter(list[self._type])  # type: ignore[name-defined]

    @cached_property
    def _known(self) -> Known:
        return _fields(self._type)

    def _unknown(self, records: Sequence[Record]) -> set[str]:
        if any(self._known.values()):
            names = {name for record in records for name in _extra(record, self._known)}
        else:
            names = set().union(*records) - self._known.keys()
        return names - self._documented

    def _read_around(
        self, records: Sequence[Any], problems: Mapping[int, list[Any]], name: Name
    ) -> Records:
        good = [record for index, record in enumerate(records) if index not in problems]
        found = Records(self._adapter.validate_python(good))
        places = [index for index in range(len(records)) if index not in problems]
        for index, errors in problems.items():
            record = records[index]
            spared = self._without(record, errors)
            for error in errors:
                found.rejected.append(_reject(name(index, record), record, error, bool(spared)))
                if not spared:
                    break
            found.valid += spared
            places += [index] * len(spared)
        order = sorted(range(len(places)), key=places.__getitem__)
        found.valid = [found.valid[at] for at in order]
        found.places = [places[at] for at in order]
        return found

    def _without(self, record: Any, errors: Sequence[Any]) -> list[Record]:
        """The record without its wrong fields, in a list; empty if it needs one of them."""
        if any(error["type"] == "missing" or not error["loc"][1:] for error in errors):
            return []
        copy = deepcopy(record)
        # From the back, so that the positions in a list stay right.
        for path in sorted({error["loc"][1:] for error in errors}, key=_place, reverse=True):
            _remove(copy, path)
        try:
            return self._adapter.validate_python([copy])
        except ValidationError:
            return []


def _by_record(error: ValidationError) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in error.errors(include_url=False, include_context=False):
        found.setdefault(int(one["loc"][0]), []).append(one)
    return found


def _place(path: Sequence[Any]) -> list[tuple[int, str]]:
    """Sorts paths so that positions in a list are in the order of numbers."""
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _remove(value: Any, path: Sequence[Any]) -> None:
    """Take out what a path leads to; steps that only name a type of a union lead nowhere."""
    for step in path[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(value, dict):
        value.pop(path[-1], None)
    elif isinstance(value, list) and isinstance(path[-1], int) and path[-1] < len(value):
        del value[path[-1]]


def _reject(record_id: str, record: Any, error: Any, kept: bool) -> Rejected:
    where = ".".join(str(step) for step in error["loc"][1:])
    problem = str(error["msg"]).splitlines()[0].lower()
    if error["type"] == "missing":
        reason = f"{where} is missing: a renamed field is not guessed, add its name to the model"
    else:
        what = f"{where} is wrong" if where else "the record is wrong"
        reason = f"{what} ({problem}): read the day again when the provider has corrected it"
    return Rejected(record_id, where or None, reason, to_json(record), row_kept=kept)


def _fields(typed_dict: type) -> Known:
    """Fields of a TypedDict -> the fields of the TypedDict inside, empty where there is none."""
    return {name: _inside(hint) for name, hint in get_type_hints(typed_dict).items()}


def _inside(hint: Any) -> Known:
    if is_typeddict(hint):
        return _fields(hint)
    # Unknown fields inside a list stay where they are: such lists are kept as JSON.
    parts = () if get_origin(hint) is list else get_args(hint)
    return next((found for found in map(_inside, parts) if found), {})


def _extra(record: Record, known: Known) -> Record:
    found: Record = {}
    for name, value in record.items():
        if name not in known:
            found[name] = value
        elif known[name] and isinstance(value, dict):
            found |= {f"{name}.{inner}": v for inner, v in _extra(value, known[name]).items()}
    return found
