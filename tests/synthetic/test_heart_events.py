"""Streamed heart rates: made again they are the same, and what is put into them can be found."""

from datetime import UTC, datetime

import pyarrow.compute as pc
import pytest

from vitals.synthetic.activities import ACTIVITIES, PLACES
from vitals.synthetic.daily_life import likelihoods
from vitals.synthetic.heart_events import HeartEvents, first_and_last

START = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def events() -> HeartEvents:
    return HeartEvents(START, people=12, interval_seconds=60)


def test_any_range_is_the_same_part_of_the_whole(events):
    whole = events.table(0, 20_000)
    again = HeartEvents(START, people=12, interval_seconds=60)
    assert again.table(12_345, 700).equals(whole.slice(12_345, 700))
    assert not HeartEvents(START, 12, 60, seed=2).table(0, 100).equals(whole.slice(0, 100))


def test_everybody_sends_at_the_interval(events):
    table = events.table(0, 1_200)
    one = table.filter(pc.equal(table["user_id"], "p0003"))
    assert set(pc.pairwise_diff(one["ts_ms"].combine_chunks()).to_pylist()[1:]) == {60_000}
    assert table["ts_ms"].to_pylist() == sorted(set(table["ts_ms"].to_pylist()))
    assert first_and_last(events, 1_200) == (START, datetime(2026, 1, 10, 1, 39, 55, tzinfo=UTC))


def test_values_are_possible_and_places_are_near_home(events):
    table = events.table(0, 50_000)
    assert pc.min(table["heart_rate"]).as_py() >= 38
    assert pc.max(table["heart_rate"]).as_py() <= 205
    assert set(table["activity_id"].to_pylist()) <= {one.activity_id for one in ACTIVITIES}
    for latitude, longitude in zip(
        *(table[axis].to_pylist()[:500] for axis in ("latitude", "longitude")), strict=True
    ):
        assert any(
            abs(place.latitude - latitude) < 0.03 and abs(place.longitude - longitude) < 0.03
            for place in PLACES
        )


def test_efforts_raise_the_heart_rate_and_nights_are_slept(events):
    table = events.table(0, 17_280)  # a day
    means = table.group_by("activity_id").aggregate([("heart_rate", "mean")])
    by_name = dict(zip(*(means[column].to_pylist() for column in means.column_names), strict=True))
    assert by_name["act-sleep"] < by_name["act-walk"]
    night = likelihoods("NO")[1, 3]
    assert night[0] > 0.9 and likelihoods("NO")[0, 3].sum() == pytest.approx(1)
    assert likelihoods("KE")[1, :, -1].sum() == 0 < likelihoods("NO")[1, 18, -1]
