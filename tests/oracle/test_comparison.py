"""The comparison finds what differs and says it readably."""

import polars as pl
import pytest
from tests.oracle.comparison import assert_same, compare

EXPECTED = pl.DataFrame({"who": ["a", "b"], "steps": [1, None], "mean": [0.5, 2.0]})


def test_equal_frames_have_no_difference_whatever_their_order():
    assert compare(EXPECTED, EXPECTED.reverse(), ["who"]) == []


def test_integers_and_floats_of_one_value_are_equal():
    actual = EXPECTED.with_columns(pl.col("steps").cast(pl.Float64))
    assert compare(EXPECTED, actual, ["who"]) == []


def test_floats_may_differ_by_rounding_only():
    assert compare(EXPECTED, EXPECTED.with_columns(pl.col("mean") * (1 + 1e-12)), ["who"]) == []
    assert compare(EXPECTED, EXPECTED.with_columns(pl.col("mean") * (1 + 1e-8)), ["who"]) == [
        "a: mean is 0.500000005, should be 0.5",
        "b: mean is 2.00000002, should be 2.0",
    ]


def test_null_is_not_zero():
    assert compare(EXPECTED, EXPECTED.with_columns(pl.col("steps").fill_null(0)), ["who"]) == [
        "b: steps is 0, should be None"
    ]


def test_rows_that_are_missing_or_too_many_are_named():
    actual = EXPECTED.with_columns(who=pl.col("who").replace("b", "c"))
    assert compare(EXPECTED, actual, ["who"]) == ["b: row is missing", "c: row should not be there"]


def test_missing_columns_are_named():
    assert compare(EXPECTED, EXPECTED.drop("mean"), ["who"]) == ["columns missing: mean"]


def test_failure_shows_the_first_differences():
    expected = pl.DataFrame({"n": list(range(100))})
    with pytest.raises(AssertionError, match="100 differences(.|\n)*and 60 more"):
        assert_same(expected, expected.clear(), ["n"])
