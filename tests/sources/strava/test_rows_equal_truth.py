"""What the client reads from the simulator is what the simulated people did, value by value."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from tests.simulator.harness import NOW, TODAY

from vitals.simulator.strava.streams import heart_stream
from vitals.simulator.truth.exercises import laps_of, speed_stream
from vitals.simulator.truth.people import to_date, to_day
from vitals.simulator.truth.totals import exercise_totals
from vitals.simulator.truth.zones import offset_at, zone_at
from vitals.sources._api.spec import DateWindow

MONTH = DateWindow(to_date(TODAY - 34), to_date(TODAY))
WEEK = DateWindow(to_date(TODAY - 6), to_date(TODAY))


def rows(client, resource, window):
    fetched = client.fetch(resource, window)
    assert (fetched.rejected, fetched.unknown_fields) == ([], set())
    return fetched.rows.to_pylist()


def local_date(account, instant) -> date:
    wall = datetime.fromtimestamp(instant + offset_at(account, instant), UTC)
    return wall.date()


def truth(target, account, window):
    view = target.view(account)
    found = view.exercises(to_day(window.first) - 2, to_day(window.last) + 2)
    inside = [x for x in found if window.first <= local_date(view.account, x.start) <= window.last]
    return view, sorted(inside, key=lambda one: (one.start, one.number))


@pytest.mark.parametrize("account", [1, 2, 3])
def test_activities(connect, target, account):
    view, expected = truth(target, account, MONTH)
    found = rows(connect(account), "activities", MONTH)
    assert len(expected) > 8
    assert [row["activity_id"] for row in found] == [one.number for one in expected]
    for row, one in zip(found, expected, strict=True):
        totals = exercise_totals(view, one)
        assert row["start_ts"].timestamp() == one.start
        assert row["end_ts"].timestamp() == one.end
        assert row["local_date"] == local_date(view.account, one.start)
        assert row["utc_offset_seconds"] == offset_at(view.account, one.start)
        assert row["time_zone"] == zone_at(view.account, one.start)
        assert row["sport_type"] == one.kind.strava
        assert row["moving_seconds"] == one.moving_seconds
        assert row["distance_m"] == one.distance_m
        assert row["is_manual"] == one.is_manual
        assert row["is_private"] == one.is_private
        assert row["mean_heart_rate_bpm"] == totals.bpm_mean
        assert row["max_heart_rate_bpm"] == totals.bpm_max
        assert row["extra"] is None


def test_streams(connect, target):
    view, activities = truth(target, 1, WEEK)
    found = connect(1).fetch("streams", WEEK)
    assert (found.rejected, found.unknown_fields) == ([], set())
    table = found.rows
    recorded = [one for one in activities if not one.is_manual]
    assert sorted(set(table["activity_id"].to_pylist())) == [one.number for one in recorded]
    compared = 0
    for one in recorded:
        mask = np.equal(table["activity_id"].to_numpy(), one.number)
        part = table.filter(mask)
        assert part["elapsed_seconds"].to_pylist() == list(range(one.elapsed_seconds))
        epochs = part["ts"].to_numpy().astype("datetime64[s]").astype(int)
        assert np.array_equal(epochs, np.arange(one.start, one.end))
        heart = heart_stream(view, one)
        expected = [None] * len(part) if heart is None else heart.tolist()
        assert part["heart_rate_bpm"].to_pylist() == expected
        compared += heart is not None
        if one.kind.metres_per_second:
            speed = np.round(speed_stream(one), 2).tolist()
            assert part["speed_m_per_s"].to_pylist() == speed
        assert part["latitude_deg"].null_count == len(part)
        assert set(part["local_date"].to_pylist()) == {local_date(view.account, one.start)}
    assert compared > 1
    keys = list(
        zip(table["activity_id"].to_pylist(), table["elapsed_seconds"].to_pylist(), strict=True)
    )
    assert keys == sorted(set(keys))


def test_places_are_stored_only_where_that_is_set(connect, target):
    table = connect(1, keep_location=True).fetch("streams", WEEK).rows
    outdoors = table.filter(table["distance_m"].is_valid())
    assert len(outdoors)
    assert set(outdoors["longitude_deg"].to_pylist()) == {-150.0}
    metres = (outdoors["latitude_deg"].to_numpy() - 10) * 111_320
    assert np.abs(metres - outdoors["distance_m"].to_numpy()).max() < 0.2


def test_places_are_not_even_asked_for(connect, target):
    target.admin("DELETE", "/requests")
    connect(1).fetch("streams", WEEK)
    listed = target.admin("GET", "/requests?detail=1&provider=strava")["requests"]
    asked = [one["query"] for one in listed if "streams" in one["path"]]
    assert asked and not [query for query in asked if "latlng" in query]


def test_laps(connect, target):
    _, activities = truth(target, 1, WEEK)
    found = rows(connect(1), "laps", WEEK)
    expected = [
        (one.number, index, one.start + first, one.start + end, metres)
        for one in sorted(activities, key=lambda one: one.number)
        for index, (first, end, metres) in enumerate(laps_of(one), start=1)
    ]
    stated = [
        (
            row["activity_id"],
            row["lap_index"],
            row["start_ts"].timestamp(),
            row["end_ts"].timestamp(),
            row["distance_m"],
        )
        for row in found
    ]
    assert stated == expected


def test_profile_and_zones(connect, target):
    account = target.truth.account(2)
    client = connect(2)
    today = DateWindow(NOW.date(), NOW.date())
    profile = rows(client, "profiles", today)[0]
    assert profile["provider_user_id"] == str(account.strava_id)
    assert profile["gender"] == account.sex
    newest = truth(target, 2, MONTH)[1][-1]
    assert profile["time_zone"] == zone_at(account, newest.start)
    assert "Simulated" not in str(profile)
    zones = rows(client, "zones", today)[0]
    assert '"max": -1' in zones["heart_rate_zones"]


def test_one_list_serves_activities_streams_and_laps(connect, target):
    target.admin("DELETE", "/requests")
    client = connect(1)
    for resource in ("activities", "streams", "laps"):
        client.fetch(resource, WEEK)
    _, activities = truth(target, 1, WEEK)
    counts = target.admin("GET", "/requests?detail=1&provider=strava")["requests"]
    lists = [one for one in counts if one["path"].endswith("/athlete/activities")]
    assert len(lists) == 2  # the page, and the empty one that ends the list
    recorded = [one for one in activities if not one.is_manual]
    assert len(counts) == 2 + len(recorded) + len(activities)


def test_a_day_has_only_its_own_activities(connect, target):
    whole = rows(connect(2), "activities", MONTH)
    one_by_one = []
    client = connect(2)
    for day in range(MONTH.days):
        date_ = MONTH.first + timedelta(days=day)
        one_by_one += rows(client, "activities", DateWindow(date_, date_))
    assert one_by_one == whole


def test_nobody_can_tell_when_a_watch_synced(connect):
    assert connect(1).last_complete_date() is None
