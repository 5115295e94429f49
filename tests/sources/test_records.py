"""Validation of lists of records: what is wrong costs as little as possible."""

import json
from typing import Annotated, NotRequired

import pytest
from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from vitals.sources._api.records import Shape

more = with_config(ConfigDict(extra="allow"))


@more
class Inner(TypedDict):
    low: int
    high: NotRequired[int]


@more
class Outer(TypedDict):
    name: str
    span: NotRequired[Inner | None]
    marks: NotRequired[list[Annotated[int, Field(le=10)]]]


SHAPE = Shape(Outer, "colour")


def read(*records):
    return SHAPE.read(list(records), lambda index, record: f"a#{index}")


def test_good_records_are_returned_converted():
    found = read({"name": "x", "span": {"low": "3"}}, {"name": "y", "span": None})
    assert found.valid == [{"name": "x", "span": {"low": 3}}, {"name": "y", "span": None}]
    assert (found.places, found.rejected, found.unknown) == (None, [], set())


@pytest.mark.parametrize(
    ("record", "kept", "field"),
    [
        ({"span": {"low": 1, "high": "z"}}, {"span": {"low": 1}}, "span.high"),
        ({"span": 5}, {}, "span"),
        ({"marks": [1, 99, 3]}, {"marks": [1, 3]}, "marks.1"),
    ],
)
def test_a_wrong_field_that_is_not_needed_costs_itself(record, kept, field):
    found = read({"name": "a"}, {"name": "x", **record}, {"name": "b"})
    assert found.valid == [{"name": "a"}, {"name": "x", **kept}, {"name": "b"}]
    assert found.places == [0, 1, 2]
    [rejected] = found.rejected
    assert (rejected.record_id, rejected.field, rejected.row_kept) == ("a#1", field, True)


def test_wrong_elements_of_a_long_list_cost_themselves():
    found = read({"name": "x", "marks": [*range(9), 99, 99, 10]})
    assert found.valid == [{"name": "x", "marks": [*range(9), 10]}]
    assert [one.field for one in found.rejected] == ["marks.9", "marks.10"]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"name": 5}, "name"),
        ({"span": {"low": 1}}, "name"),
        ({"name": "x", "span": {"high": 1}}, "span.low"),
        ("text", None),
        (None, None),
    ],
)
def test_a_record_without_what_it_needs_is_rejected_alone(record, field):
    found = read({"name": "a"}, record, {"name": "b"})
    assert [one["name"] for one in found.valid] == ["a", "b"]
    assert found.places == [0, 2]
    [rejected] = found.rejected
    assert (rejected.field, rejected.row_kept) == (field, False)


def test_two_wrong_fields_are_two_reports():
    found = read({"name": "x", "span": {"low": 1, "high": "z"}, "marks": [99]})
    assert found.valid == [{"name": "x", "span": {"low": 1}, "marks": []}]
    assert {one.field for one in found.rejected} == {"span.high", "marks.0"}


def test_unknown_fields_are_named_and_kept():
    record = {"name": "x", "new": [1], "colour": "red", "span": {"low": 1, "deep": True}}
    found = read(record)
    assert found.unknown == {"new", "span.deep"}
    extra = {"new": [1], "colour": "red", "span.deep": True}
    assert json.loads(SHAPE.extra(found.valid[0])) == extra
    assert SHAPE.extra({"name": "x"}) is None
