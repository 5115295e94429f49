"""Series at every resolution: right days when clocks change, gaps that stay gaps, pages."""

from datetime import datetime

import pytest

from vitals.api.series import WHOLE_DAYS

LONG_DAY = {"start": "2025-10-26", "end": "2025-10-27"}  # 25 hours in Oslo
HEART = "/v1/participants/p1/metrics/heart_rate"
STEPS = "/v1/participants/p1/metrics/step_count"


def get(client, path, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def times(answer):
    return [row["time"] for row in answer["data"]]


def test_a_date_is_the_local_day_also_when_it_has_25_hours(everything):
    minutes = get(everything, HEART, resolution="minute", **LONG_DAY)
    raw = get(everything, HEART, resolution="raw", **LONG_DAY)
    # The day begins at 22:00 UTC the evening before and ends at 23:00 UTC.
    for answer in (minutes, raw):
        assert (times(answer)[0], times(answer)[-1][:16]) == (
            "2025-10-26T00:00:00Z",
            "2025-10-26T21:57",
        )
    [day] = get(everything, HEART, resolution="day", **LONG_DAY)["data"]
    values = [row["value"] for row in minutes["data"]]
    assert day["value"] == pytest.approx(sum(values) / len(values), abs=0.01)
    assert sum(row["samples"] for row in minutes["data"]) == len(raw["data"])


def test_the_hour_that_occurs_twice_is_two_hours(everything):
    hours = get(everything, HEART, resolution="hour", tz="local", **LONG_DAY)["data"][:4]
    assert [(row["local_time"], row["utc_offset_minutes"], row["value"]) for row in hours] == [
        ("2025-10-26T02:00:00", 120, 50),
        ("2025-10-26T02:00:00", 60, 51),
        ("2025-10-26T03:00:00", 60, 52),
        ("2025-10-26T04:00:00", 60, 53),
    ]


def test_local_hours_begin_when_the_clock_says_so(everything):
    path = "/v1/participants/p2/metrics/step_count"
    days = {"start": "2025-10-25", "end": "2025-10-26"}
    [utc] = get(everything, path, resolution="hour", **days)["data"]
    local = get(everything, path, resolution="hour", tz="local", **days)["data"]
    assert (utc["time"], utc["value"]) == ("2025-10-25T08:00:00Z", sum(range(60)))
    assert [(row["local_time"], row["value"]) for row in local] == [
        ("2025-10-25T13:00:00", sum(range(30))),
        ("2025-10-25T14:00:00", sum(range(30, 60))),
    ]


def test_a_gap_has_no_points(everything):
    hours = get(everything, HEART, resolution="hour", start="2025-10-22", end="2025-10-23")
    found = [datetime.fromisoformat(time).hour for time in times(hours)]
    assert found == [6, 7, 8, 9, 10, 11, *range(13, 22)]


def test_instants_are_half_open(everything):
    answer = get(
        everything,
        HEART,
        resolution="minute",
        start="2025-10-23T10:00:00+02:00",
        end="2025-10-23T10:06:00+02:00",
    )
    assert times(answer) == ["2025-10-23T08:00:00Z", "2025-10-23T08:03:00Z"]


@pytest.mark.parametrize(
    ("metric", "resolution"),
    [("heart_rate", name) for name in ("raw", "minute", "hour", *WHOLE_DAYS)]
    + [("step_count", name) for name in ("raw", "minute", "hour", *WHOLE_DAYS)],
)
def test_pages_make_up_the_whole(everything, metric, resolution):
    path, days = f"/v1/participants/p1/metrics/{metric}", {"start": "2025-10-20"}
    asked = {"resolution": resolution, "tz": "local", **days}
    whole = get(everything, path, limit=50_000, **asked)
    limit = max(len(whole["data"]) // 3, 1)
    rows, cursor = [], {}
    while cursor is not None:
        page = get(everything, path, limit=limit, **asked, **cursor)
        rows += page["data"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert rows == whole["data"]
    assert rows


@pytest.mark.parametrize(
    ("days", "max_points", "resolution"),
    [(1, 3000, "raw"), (1, 600, "minute"), (1, 300, "hour"), (9, 300, "hour"), (9, 100, "day")],
)
def test_auto_is_the_finest_that_a_chart_can_take(everything, days, max_points, resolution):
    asked = {"start": f"2025-10-{31 - days}", "end": "2025-10-31", "max_points": max_points}
    answer = get(everything, HEART, **asked)
    assert len(answer["data"]) <= max_points
    assert answer["resolution"] == resolution


def test_weeks_and_months_begin_before_the_range_that_touches_them(everything):
    week = get(everything, STEPS, resolution="week", start="2025-10-22", end="2025-10-23")
    month = get(everything, STEPS, resolution="month", start="2025-10-22", end="2025-10-23")
    assert (times(week), times(month)) == (["2025-10-20"], ["2025-10-01"])
    assert week["data"][0]["value"] == 7 * week["data"][0]["daily_mean"] == 7 * sum(range(60))


@pytest.mark.parametrize(
    "parameters",
    [
        {"start": "yesterday"},
        {"start": "2025-10-26T10:00:00"},
        {"start": "2025-10-27", "end": "2025-10-26"},
        {"start": "0001-01-01"},
        {"end": "9999-12-31T23:59:59Z"},
        {"cursor": "bm9uZQ"},
        {"cursor": "\x00"},
        {"resolution": "second"},
        {"limit": 0},
        {"from": "2025-10-26"},
    ],
)
def test_what_cannot_be_used_is_said(everything, parameters):
    answer = everything.get(HEART, params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["parameter"] in (*parameters, "end")


def test_a_resolution_that_a_metric_does_not_have(everything):
    answer = everything.get(
        "/v1/participants/p1/metrics/sleep_duration", params={"resolution": "raw"}
    )
    assert answer.status_code == 422
    assert "day, week, month" in answer.json()["detail"]


def test_the_ledger_has_each_metric_of_each_day_that_was_asked_for(everything):
    days = {"start": "2025-10-19", "end": "2025-10-22", "metric": "steps"}
    rows = get(everything, "/v1/participants/p1/ledger", **days)["data"]
    # Data begins on the 20th; the watch was asked for nothing before.
    assert [(row["local_date"], row["state"]) for row in rows] == [
        ("2025-10-20", "complete"),
        ("2025-10-21", "complete"),
    ]
    assert (rows[0]["expected_minutes"], rows[0]["source"]) == (1440, "iot")
    first = get(everything, "/v1/cohort/ledger", start="2025-10-25", end="2025-10-27", limit=2)
    cursor = first["next_cursor"]
    rest = get(everything, "/v1/cohort/ledger", start="2025-10-25", end="2025-10-27", cursor=cursor)
    found = [
        (r["participant_id"], r["local_date"], r["metric"]) for r in first["data"] + rest["data"]
    ]
    people, dates, metrics = (
        ("p1", "p2"),
        ("2025-10-25", "2025-10-26"),
        ("heart_rate", "sleep", "steps"),
    )
    assert found == [(who, day, what) for who in people for day in dates for what in metrics]
    long_day = [
        r for r in rest["data"] if r["local_date"] == "2025-10-26" and r["metric"] == "steps"
    ]
    assert [row["expected_minutes"] for row in long_day] == [1500, 1440]
