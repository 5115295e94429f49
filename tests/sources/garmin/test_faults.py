"""What goes wrong at Garmin: nothing is lost, and an error never looks like "no data"."""

from datetime import date

import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import to_date
from vitals.sources._api.errors import (
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)
from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow
from vitals.sources.garmin import SPEC, logs
from vitals.sources.garmin.series import HEART_RATE, measured
from vitals.sources.garmin.sleep import possible

WEEK = DateWindow(to_date(TODAY - 8), to_date(TODAY - 2))
DAY = DateWindow(WEEK.last, WEEK.last)
NAMES = [resource.name for resource in SPEC.resources]
# Resources whose records are objects; the others are arrays, which have no field to spoil.
OBJECTS = ["daily_summaries", "daily_steps", "hrv", "weight", "activities", "hrv_readings"]


def window(name):
    return DAY if SPEC.resource(name).chunk_days == 1 else WEEK


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "expired"},
        {"kind": "rate_limited", "retry_after": 0},
        {"kind": "rate_limited"},
        {"kind": "server_error", "status": 503},
        {"kind": "slow", "seconds": 0.1},
        {"kind": "timeout", "seconds": 0.1},
        {"kind": "truncated"},
        {"kind": "cut"},
        {"kind": "html"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_what_passes_is_survived(connect, target, fault):
    undisturbed = connect().fetch("heart_rate", DAY).rows
    target.fault(**fault, provider="garmin", times=1)
    assert connect().fetch("heart_rate", DAY).rows == undisturbed


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "expired"}, ConsentNeededError),
        ({"kind": "scope_missing"}, ScopeMissingError),
        ({"kind": "gone"}, ProviderGoneError),
        ({"kind": "rate_limited", "retry_after": 1_800}, LimitReachedError),
        ({"kind": "server_error"}, ProviderUnavailableError),
        ({"kind": "html"}, ProviderUnavailableError),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_what_stays_is_told(connect, target, fault, error):
    target.fault(**fault, provider="garmin")
    with pytest.raises(error):
        connect().fetch("heart_rate", DAY)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_object_is_not_no_data(connect, target, name):
    target.fault("empty", provider="garmin")
    with pytest.raises(ProviderUnavailableError, match=name):
        connect().fetch(name, window(name))


@pytest.mark.parametrize("status", [200, 204])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "profiles"])
def test_an_answer_without_a_body_is_no_data(connect, target, name, status):
    target.fault("no_content", provider="garmin", status=status)
    found = connect().fetch(name, window(name))
    assert (found.rows.num_rows, found.rejected, found.unknown_fields) == (0, [], set())
    assert found.responses


def test_a_profile_without_a_body_is_none(connect, target):
    target.fault("no_content", provider="garmin")
    with pytest.raises(ProviderUnavailableError, match="has no id"):
        connect().fetch("profiles", DAY)


def test_a_refusal_carries_the_words_of_garmin(connect):
    with pytest.raises(RequestRefusedError, match="1 to 28 days"):
        connect().fetch("daily_summaries", DateWindow(date(2026, 1, 1), date(2026, 6, 30)))


def test_stress_that_is_not_served_is_skipped(connect, target):
    """Not an error of every night, and not a day without stress."""
    target.set("garmin", serves_day_stress=False)
    with pytest.raises(ScopeMissingError, match="daily_summaries"):
        connect().fetch("stress", DAY)
    target.set("garmin", serves_day_stress=True)


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("kind", ["wrong_type", "missing_field"])
def test_a_spoilt_value_costs_no_neighbour(connect, target, name, kind):
    whole = connect().fetch(name, WEEK)
    path = {"hrv_readings": r"/hrv/\d{4}"}.get(name, "")
    # The day of a weighing is a list of its own.
    field = {"weight": "weight"}.get(name)
    target.fault(kind, provider="garmin", times=1, path=path, field=field)
    spoilt = connect().fetch(name, WEEK)
    refused = [one for one in spoilt.rejected if not one.row_kept]
    assert whole.rows.num_rows - spoilt.rows.num_rows == len(refused) <= 1
    if kind == "wrong_type":
        [rejected] = spoilt.rejected
        assert rejected.record_id.startswith(f"garmin:p0001/{name}/")
        assert "unexpected" in rejected.payload


def test_an_oxygen_uptake_that_is_no_number_is_refused(connect, target):
    target.fault("wrong_type", provider="garmin", times=1, field="value")
    found = connect().fetch("fitness_age", DAY)
    [rejected] = found.rejected
    assert rejected.field == "components.vo2Max.value"
    assert rejected.row_kept
    assert found.rows["vo2_max_ml_per_kg_min"].to_pylist() == [None]


def test_columns_that_nobody_names_are_not_guessed(connect, target):
    target.fault("missing_field", provider="garmin", field="key", records=2)
    with pytest.raises(ProviderUnavailableError, match="does not say where heartrate stands"):
        connect().fetch("heart_rate", DAY)


def test_columns_are_found_by_their_descriptors():
    answer = {
        "heartRateValues": [[None, 60, 1_790_000_000_000], [None, None, 1_790_000_120_000]],
        "heartRateValueDescriptors": [
            {"heartRateValueDescriptorKey": "heartrate", "heartRateValueDescriptorIndex": 1},
            {"key": "timestamp", "index": 2},
        ],
    }
    reading = Reading("garmin:p1", "heart_rate")
    found = measured(HEART_RATE, answer, date(2026, 9, 21), reading)
    assert found == [{"timestamp": 1_790_000_000_000, "heartrate": 60}]


@pytest.mark.parametrize(
    ("array", "field"),
    [
        ([1_790_000_000_000, 24], "heartrate"),
        ([1_790_000_000_000, 251], "heartrate"),
        ([1_790_000_000_000, "x"], "heartrate"),
        ([1_790_000_000_000], "heartrate"),
        ([None, 60], "timestamp"),
        ([1_790_000_000, 60], "timestamp"),  # seconds
        ("text", None),
    ],
)
def test_what_cannot_be_right_is_refused_alone(array, field):
    good = [1_790_000_240_000, 61]
    names = [{"key": "timestamp", "index": 0}, {"key": "heartrate", "index": 1}]
    answer = {"heartRateValues": [array, good], "heartRateValueDescriptors": names}
    reading = Reading("garmin:p1", "heart_rate")
    assert len(measured(HEART_RATE, answer, date(2026, 9, 21), reading)) == 1
    [rejected] = reading.fetched.rejected
    assert (rejected.field, rejected.record_id) == (field, "garmin:p1/heart_rate/2026-09-21#0")


@pytest.mark.parametrize(("hours", "kept"), [(8, 1), (0, 0), (-1, 0), (49, 0)])
def test_a_night_that_cannot_be_is_refused(hours, kept):
    start = 1_790_000_000_000
    end = start + hours * 3_600_000
    night = {"sleepStartTimestampGMT": start, "sleepEndTimestampGMT": end}
    reading = Reading("garmin:p1", "sleep")
    assert len(possible([night], date(2026, 9, 21), reading)) == kept
    assert [one.record_id for one in reading.fetched.rejected] == (
        [] if kept else ["garmin:p1/sleep/2026-09-21#0"]
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name != "profiles"])
def test_new_fields_are_reported(connect, target, name):
    plain = connect().fetch(name, window(name)).rows
    target.fault("unknown_field", provider="garmin")
    found = connect().fetch(name, window(name))
    assert "simulatorNewField" in found.unknown_fields
    same = [column for column in plain.column_names if column != "extra"]
    assert found.rows.select(same) == plain.select(same)
    if name in ("daily_summaries", "daily_steps", "hrv", "activities"):
        assert all("tomorrow" in extra for extra in found.rows["extra"].to_pylist())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "short_page", "keep": 3},
        {"kind": "short_page", "keep": 0, "times": 1},
        {"kind": "duplicate_page"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_pages_are_followed_to_the_end(connect, target, fault):
    days = DateWindow(to_date(TODAY - 300), to_date(TODAY - 1))
    whole = connect().fetch("activities", days).rows
    target.fault(provider="garmin", **fault)
    assert connect().fetch("activities", days).rows == whole
    assert whole.num_rows > 100


def test_a_list_without_end_is_left(connect, target, monkeypatch):
    monkeypatch.setattr(logs, "PAGE_SIZE", 1)
    target.fault("duplicate_page", provider="garmin")
    with pytest.raises(ProviderUnavailableError, match="without anything new"):
        connect().fetch("activities", WEEK)
