"""Instants survive every encoding; wall times are written only where they can be read back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.synthetic import decoding

from vitals.synthetic.instants import DAY, ENCODINGS, encode, to_datetime, to_ms, wall_to_ms
from vitals.synthetic.people import Person, Trips
from vitals.synthetic.population import person
from vitals.synthetic.wall_time import convertible, wall_times

OSLO = person(1, 0, "UTC")
TRAVELLER = person(1, 1, "UTC")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("offset", [0, 330, -210])
def test_every_encoding_can_be_read_back(encoding, offset):
    moments = np.array([1_743_294_600_000, 1_743_294_599_000, 1_709_164_800_000])
    read = [decoding.instant(value) for value in encode(moments, encoding, offset)]
    assert [to_ms(moment) for moment in read] == moments.tolist()


@pytest.mark.parametrize("encoding", ["datetime", "milliseconds", "iso"])
def test_milliseconds_are_kept_where_the_encoding_can(encoding):
    (value,) = encode(np.array([1_743_294_600_123]), encoding, 60)
    assert to_ms(decoding.instant(value)) == 1_743_294_600_123


def test_wall_clock_of_a_day_with_a_clock_change():
    day = date(2025, 3, 30).toordinal()
    assert to_datetime(wall_to_ms(day, 90, "Europe/Oslo")) == datetime(
        2025, 3, 30, 0, 30, tzinfo=UTC
    )
    assert to_datetime(wall_to_ms(day, 240, "Europe/Oslo")) == datetime(2025, 3, 30, 2, tzinfo=UTC)


def test_trips_change_the_zone_at_the_instants_of_the_history():
    traveller = replace(TRAVELLER, trips=Trips("Asia/Tokyo", period=10, first=3, days=4))
    history = traveller.zone_history(date(2025, 1, 1), date(2025, 3, 1))
    assert len(history) > 10
    for instant, zone in history[1:]:
        assert traveller.zone_at(instant) == zone
        assert traveller.zone_at(instant - 1) != zone


@pytest.mark.parametrize("someone", [OSLO, TRAVELLER], ids=["clock change", "journey"])
def test_wall_times_that_are_written_mean_one_instant(someone: Person):
    start = to_ms(datetime(2025, 3, 20, tzinfo=UTC))
    every_ten_minutes = start + np.arange(20 * 144) * (DAY // 144)
    kept = every_ten_minutes[convertible(someone, every_ten_minutes)]
    walls = wall_times(someone, every_ten_minutes).tolist()
    repeated = {wall for wall in walls if walls.count(wall) > 1}
    assert not repeated & set(wall_times(someone, kept).tolist())
    assert len(kept) == len(every_ten_minutes) - 2 * len(repeated)


def test_no_instants_have_no_wall_times():
    assert len(convertible(OSLO, np.array([], dtype=np.int64))) == 0


def test_wall_times_are_what_the_clock_shows():
    moment = datetime(2025, 6, 1, 12, tzinfo=UTC)
    (wall,) = wall_times(OSLO, np.array([to_ms(moment)]))
    shown = moment.astimezone(ZoneInfo("Europe/Oslo")).replace(tzinfo=UTC)
    assert to_datetime(int(wall)) == shown
