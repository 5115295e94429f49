"""Right answer -> damaged answer: the faults that spoil single records of a JSON body."""

from itertools import islice
from typing import Any

from vitals.simulator.faults import UNKNOWN_FIELD, Fault

Record = dict[str, Any]


def damage(payload: Any, fault: Fault) -> Any:
    """Apply a fault that spoils records, or empties the answer, to a payload in place."""
    if fault.kind == "empty":
        return {}
    records = longest_list(payload) or ([payload] if isinstance(payload, dict) else [])
    if fault.kind == "unknown_field":
        for record in records[: fault.records]:
            record[UNKNOWN_FIELD] = {"since": "tomorrow", "values": [1, 2]}
        if isinstance(payload, dict):
            payload[UNKNOWN_FIELD] = True
        return payload
    places = (find_field(record, fault.field) for record in records)
    found = (place for place in places if place is not None)
    for owner, name in islice(found, fault.records or 1):
        if fault.kind == "missing_field":
            del owner[name]
        else:
            owner[name] = {"unexpected": ["object"]}
    return payload


def longest_list(payload: Any) -> list[Record]:
    """The longest list of objects anywhere in a payload: its records."""
    best: list[Record] = []
    if isinstance(payload, dict):
        inside = list(payload.values())
    elif isinstance(payload, list):
        inside = payload
        if payload and all(isinstance(item, dict) for item in payload):
            return payload
    else:
        return best
    for value in inside:
        found = longest_list(value)
        if len(found) > len(best):
            best = found
    return best


def find_field(record: Record, name: str | None) -> tuple[Record, str] | None:
    """The object inside a record that owns `name`, or its last measured value if None."""
    found = None
    for key, value in record.items():
        if key == name or (name is None and is_value(value)):
            found = (record, key)
        elif isinstance(value, dict):
            found = find_field(value, name) or found
    return found


def is_value(value: Any) -> bool:
    """Whether a leaf looks like a measured value: a number, also one written as a string."""
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return value.lstrip("-").replace(".", "", 1).isdigit()
    return isinstance(value, int | float)
