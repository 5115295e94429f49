"""Encodings of an instant: every way in gives the same microseconds."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from bson import Decimal128, Int64
from bson.datetime_ms import DatetimeMS
from hypothesis import given
from hypothesis import strategies as st

from vitals.sources.iot import instants
from vitals.sources.iot.instants import Problem

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
MICROS = int(NOON.timestamp()) * 1_000_000
SECONDS, MILLIS = MICROS // 1_000_000, MICROS // 1_000


@pytest.mark.parametrize(
    "value",
    [
        SECONDS,
        float(SECONDS),
        Int64(SECONDS),
        MILLIS,
        Int64(MILLIS),
        float(MILLIS),
        Decimal128(str(SECONDS)),
        NOON,
        NOON.replace(tzinfo=None),
        DatetimeMS(MILLIS),
        "2024-05-01T12:00:00Z",
        "2024-05-01 12:00:00",
        "2024-05-01T12:00",
        "2024-05-01T12:00:00.000000+00:00",
        "2024-05-01T14:00:00+02:00",
        "20240501T120000Z",
        " 2024-05-01T12:00:00Z ",
    ],
    ids=repr,
)
def test_one_instant_in_every_encoding(value):
    assert instants.from_value(value) == (MICROS, Problem.NONE)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, Problem.MISSING),
        (True, Problem.WRONG_TYPE),
        ([1], Problem.WRONG_TYPE),
        (b"2024", Problem.WRONG_TYPE),
        (float("nan"), Problem.NOT_FINITE),
        (float("inf"), Problem.NOT_FINITE),
        ("", Problem.NOT_ISO),
        ("1714564800", Problem.NOT_ISO),
        ("yesterday", Problem.NOT_ISO),
        ("2024-13-01T00:00:00Z", Problem.NOT_ISO),
        ("2024-02-30T00:00:00Z", Problem.NOT_ISO),
        (10**15, Problem.FUTURE),
        (10**30, Problem.FUTURE),
        (-(10**15), Problem.BEFORE_2000),
        (DatetimeMS(2**62), Problem.FUTURE),
    ],
    ids=repr,
)
def test_what_is_no_instant(value, problem):
    assert instants.from_value(value) == (0, problem)


def test_fractions_of_seconds_and_milliseconds_are_kept():
    assert instants.from_value(SECONDS + 0.25)[0] == MICROS + 250_000
    assert instants.from_value(MILLIS + 0.5)[0] == MICROS + 500
    assert instants.from_value("2024-05-01T12:00:00.123456Z")[0] == MICROS + 123_456


moments = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
zones = st.integers(-23 * 60, 23 * 60).map(lambda east: timezone(timedelta(minutes=east)))


@given(st.lists(moments, min_size=1, max_size=5), zones, st.sampled_from(["T", " "]))
def test_reading_digits_agrees_with_reading_text(found, zone, separator):
    """The vectorised way over text of one length gives what `fromisoformat` gives."""
    texts = [moment.astimezone(zone).isoformat(separator, "microseconds") for moment in found]
    matrix = np.array([list(text.encode()) for text in texts], np.uint8)
    micros, problems = instants.from_iso_digits(matrix)
    assert not problems.any()
    assert micros.tolist() == [instants.from_value(text)[0] for text in texts]


@given(st.text("0123456789-:TZ+. ", min_size=19, max_size=27))
def test_reading_digits_never_accepts_what_reading_text_refuses(text):
    parsed = instants.from_iso_digits(np.array([list(text.encode())], np.uint8))
    if parsed is not None:
        assert (int(parsed[0][0]), Problem.NONE) == instants.from_value(text)


@given(moments)
def test_text_of_an_instant_reads_back(moment):
    micros = instants.from_value(moment)[0]
    assert instants.from_value(instants.to_iso(micros)) == (micros, Problem.NONE)
