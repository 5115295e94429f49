"""What goes wrong at Strava, or in what it says, costs only itself."""

import json
from datetime import UTC, datetime

import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import to_date
from vitals.sources._api.errors import (
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)
from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow, Usage
from vitals.sources.strava.activities import as_row
from vitals.sources.strava.answers import explain, read_usage
from vitals.sources.strava.recordings import _Recording

WEEK = DateWindow(to_date(TODAY - 6), to_date(TODAY))
MONTH = DateWindow(to_date(TODAY - 30), to_date(TODAY))
LIST = "athlete/activities"


def ids(fetched) -> list[int]:
    return fetched.rows["activity_id"].to_pylist()


def test_short_and_repeated_pages_lose_and_double_nothing(connect, target, monkeypatch):
    expected = ids(connect(1).fetch("activities", MONTH))
    monkeypatch.setattr("vitals.sources.strava.activities.PAGE_SIZE", 4)
    assert ids(connect(1).fetch("activities", MONTH)) == expected
    target.fault("duplicate_page", path=LIST, skip=1, times=3)
    assert ids(connect(1).fetch("activities", MONTH)) == expected


def test_order_of_the_list_does_not_matter(connect, target):
    expected = ids(connect(1).fetch("activities", MONTH))
    target.set("strava", oldest_first_after=False)
    assert ids(connect(1).fetch("activities", MONTH)) == expected


def test_private_activities_need_their_scope(connect):
    every = connect(1).fetch("activities", MONTH).rows.to_pylist()
    public = connect(1, scopes=["read", "activity:read"]).fetch("activities", MONTH).rows
    private = {row["activity_id"] for row in every if row["is_private"]}
    assert private
    assert set(public["activity_id"].to_pylist()) == {r["activity_id"] for r in every} - private


@pytest.mark.parametrize("resource", ["activities", "streams", "laps"])
def test_a_missing_scope_is_not_a_dead_token(connect, resource):
    with pytest.raises(ScopeMissingError, match="activity:read was not granted"):
        connect(1, scopes=["read"]).fetch(resource, WEEK)


def test_a_profile_needs_no_activities(connect):
    profile = connect(1, scopes=["read"]).fetch("profiles", WEEK).rows.to_pylist()[0]
    assert profile["provider_user_id"]
    assert (profile["time_zone"], profile["weight_kg"]) == (None, None)


@pytest.mark.parametrize("kind", ["html", "truncated", "cut", "empty"])
def test_an_answer_that_is_none_is_no_empty_day(connect, target, kind):
    target.fault(kind, path=LIST)
    with pytest.raises(ProviderUnavailableError):
        connect(1).fetch("activities", WEEK)


def test_a_fault_that_passes_is_survived(connect, target):
    expected = ids(connect(1).fetch("activities", WEEK))
    for kind in ("server_error", "html", "cut"):
        target.fault(kind, path=LIST, times=1)
    assert ids(connect(1).fetch("activities", WEEK)) == expected


def test_a_wrong_record_costs_only_itself(connect, target):
    expected = ids(connect(1).fetch("activities", MONTH))
    target.fault("wrong_type", path=LIST, field="start_date", times=1, records=3)
    found = connect(1).fetch("activities", MONTH)
    assert {one.field for one in found.rejected} == {"start_date"}
    wrong = {json.loads(one.payload)["id"] for one in found.rejected}
    assert len(wrong) == 3
    assert ids(found) == [number for number in expected if number not in wrong]
    assert len(ids(found)) < len(expected)
    prefix = f"strava:p0001/activities/{MONTH.first}#"
    assert {one.record_id.startswith(prefix) for one in found.rejected} == {True}


def test_a_wrong_field_that_is_not_needed_costs_only_itself(connect, target):
    expected = ids(connect(1).fetch("activities", MONTH))
    target.fault("wrong_type", path=LIST, field="average_speed", times=1)
    found = connect(1).fetch("activities", MONTH)
    assert ids(found) == expected
    assert [(one.field, one.row_kept) for one in found.rejected] == [("average_speed", True)]


def test_a_new_field_is_kept_and_told(connect, target):
    target.fault("unknown_field", path=LIST, times=1)
    found = connect(1).fetch("activities", WEEK)
    assert "simulatorNewField" in found.unknown_fields
    assert "simulatorNewField" in found.rows["extra"].to_pylist()[0]


def recording(streams: dict):
    activity = as_row(
        {
            "id": 1,
            "start_date": datetime(2026, 11, 20, 7, tzinfo=UTC),
            "elapsed_time": 3,
            "sport_type": "Run",
        }
    )
    reading = Reading("strava:p0001", "streams")
    table = _Recording(activity, streams, reading).table()
    return table, reading.fetched.rejected


def stream(*values) -> dict:
    return {"data": list(values), "series_type": "time"}


def test_heart_rates_that_cannot_be_right_are_kept_apart():
    table, rejected = recording(
        {"time": stream(0, 1, 2, 3), "heartrate": stream(0, 120, None, 99_999)}
    )
    assert table["heart_rate_bpm"].to_pylist() == [None, 120, None, None]
    assert json.loads(rejected[0].payload) == {"seconds_and_bpm": [[0, 0], [3, 99_999]]}
    assert rejected[0].row_kept
    assert rejected[0].record_id == "strava:p0001/streams/1#heartrate"


@pytest.mark.parametrize(
    "bad",
    [
        {"data": [1.0, "fast", 3.0]},
        {"data": [1.0, 2.0]},
        {"data": {"0": 1.0}},
        {"values": [1.0, 2.0, 3.0]},
        None,
    ],
)
def test_a_wrong_stream_costs_only_itself(bad):
    table, rejected = recording(
        {"time": stream(0, 1, 2), "heartrate": stream(100, 101, 102), "velocity_smooth": bad}
    )
    assert table["heart_rate_bpm"].to_pylist() == [100, 101, 102]
    assert table["speed_m_per_s"].null_count == 3
    assert [(one.field, one.row_kept) for one in rejected] == [("velocity_smooth", True)]


@pytest.mark.parametrize("time", [stream(0, None, 2), stream("a"), {"data": 7}])
def test_without_time_a_recording_is_refused(time):
    table, rejected = recording({"time": time, "heartrate": stream(100, 101, 102)})
    assert table is None
    assert [(one.field, one.row_kept) for one in rejected] == [("time", False)]


def test_repeated_and_unordered_seconds():
    table, rejected = recording({"time": stream(2, 0, 2, 1), "heartrate": stream(90, 80, 91, 85)})
    assert rejected == []
    assert table["elapsed_seconds"].to_pylist() == [0, 1, 2]
    assert table["heart_rate_bpm"].to_pylist() == [80, 85, 91]


def test_limits_come_in_pairs():
    headers = {
        "X-RateLimit-Limit": "200,2000",
        "X-RateLimit-Usage": "12, 345",
        "X-ReadRateLimit-Limit": "100,1000",
        "X-ReadRateLimit-Usage": "10,300",
    }
    assert read_usage(headers) == [
        Usage("overall_15_minutes", 12, 200),
        Usage("overall_day", 345, 2000),
        Usage("read_15_minutes", 10, 100),
        Usage("read_day", 300, 1000),
    ]
    assert read_usage({}) == []
    assert read_usage({"X-RateLimit-Limit": "many", "X-RateLimit-Usage": "1,2"}) == []


def test_answers_tell_the_limits(connect, meter):
    connect(1).fetch("zones", WEEK)
    assert [usage.limit for usage in meter.usages[-1]] == [
        "overall_15_minutes",
        "overall_day",
        "read_15_minutes",
        "read_day",
    ]


def test_an_inactive_app_is_explained():
    error = {"resource": "Application", "field": "Status", "code": "Inactive"}
    found = explain(403, {"message": "Forbidden", "errors": [error]})
    assert isinstance(found, RequestRefusedError)
    assert "subscription" in str(found)
    assert explain(401, {"message": "Authorization Error", "errors": []}) is None
