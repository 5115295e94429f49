"""What goes wrong at Fitbit: nothing is lost, and an error never looks like "no data"."""

from datetime import date

import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import to_date
from vitals.sources._api.errors import (
    LimitReachedError,
    ProviderGoneError,
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)
from vitals.sources._api.spec import DateWindow
from vitals.sources.fitbit import SPEC

WEEK = DateWindow(to_date(TODAY - 8), to_date(TODAY - 2))
DAY = DateWindow(WEEK.last, WEEK.last)
NAMES = [resource.name for resource in SPEC.resources]
LISTS = [name for name in NAMES if name not in ("profiles", "devices")]


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
    undisturbed = connect().fetch("steps", DAY).rows
    target.fault(**fault, provider="fitbit", times=1)
    assert connect().fetch("steps", DAY).rows == undisturbed


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "scope_missing"}, ScopeMissingError),
        ({"kind": "gone"}, ProviderGoneError),
        ({"kind": "rate_limited", "retry_after": 1_800}, LimitReachedError),
        ({"kind": "server_error"}, ProviderUnavailableError),
        ({"kind": "truncated"}, ProviderUnavailableError),
        ({"kind": "html"}, ProviderUnavailableError),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_what_stays_is_told(connect, target, fault, error):
    target.fault(**fault, provider="fitbit")
    with pytest.raises(error):
        connect().fetch("steps", DAY)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_object_is_not_no_data(connect, target, name):
    target.fault("empty", provider="fitbit")
    with pytest.raises(ProviderUnavailableError, match=name):
        connect().fetch(name, window(name))


def test_shut_down_says_what_to_do(connect, target):
    target.set("fitbit", is_gone=True)
    with pytest.raises(ProviderGoneError, match="Google Health.*account export"):
        connect().fetch("profiles", DAY)
    target.set("fitbit", is_gone=False)


def test_a_refusal_carries_the_words_of_fitbit(connect):
    with pytest.raises(RequestRefusedError, match="must not exceed 100 days"):
        connect().fetch("sleep", DateWindow(date(2026, 1, 1), date(2026, 6, 30)))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("kind", ["wrong_type", "missing_field"])
def test_a_spoilt_value_costs_no_neighbour(connect, target, name, kind):
    whole = connect().fetch(name, window(name))
    field = "vo2Max" if name == "cardio_score" else None  # text, which is not chosen by itself
    target.fault(kind, provider="fitbit", field=field, times=1)
    spoilt = connect().fetch(name, window(name))
    assert spoilt.rows.num_rows >= whole.rows.num_rows - 1
    refused = [one for one in spoilt.rejected if not one.row_kept]
    if name != "daily_activity":  # a day whose steps are wrong still has floors
        assert whole.rows.num_rows - spoilt.rows.num_rows == len(refused)
    if kind == "wrong_type":
        [rejected] = spoilt.rejected
        assert rejected.record_id.startswith(f"fitbit:p0001/{name}/")
        assert "wrong" in rejected.reason
        assert "unexpected" in rejected.payload
    assert len(whole.rows) > 1 or name in ("weight", "body_fat")


@pytest.mark.parametrize("name", NAMES)
def test_new_fields_are_kept_and_reported(connect, target, name):
    plain = connect().fetch(name, window(name)).rows
    target.fault("unknown_field", provider="fitbit")
    found = connect().fetch(name, window(name))
    assert "simulatorNewField" in found.unknown_fields
    # The simulator puts it into the zones of a day, where it is kept as well.
    if name not in ("profiles", "heart_rate_daily", "sleep"):
        assert all("tomorrow" in extra for extra in found.rows["extra"].to_pylist())
    without = [column for column in plain.column_names if column not in ("extra", "levels")]
    if name != "heart_rate_daily":
        assert found.rows.select(without) == plain.select(without)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "short_page", "keep": 3},
        {"kind": "short_page", "keep": 0, "times": 2},
        {"kind": "duplicate_page", "times": 2},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_pages_are_followed_to_the_end(connect, target, fault):
    days = DateWindow(to_date(TODAY - 90), to_date(TODAY - 1))
    whole = connect().fetch("activities", days).rows
    target.fault(provider="fitbit", **fault)
    assert connect().fetch("activities", days).rows == whole
    assert whole.num_rows > 20


def test_a_list_without_end_is_left(connect, target):
    target.fault("short_page", provider="fitbit", keep=0)
    with pytest.raises(ProviderUnavailableError, match="without anything new"):
        connect().fetch("activities", WEEK)


def test_usage_is_read_from_the_headers(connect, meter):
    connect().fetch("profiles", DAY)
    [(status, [usage])] = meter.answers
    assert (status, usage.limit, usage.allowed) == (200, "hour", 150)
    assert usage.requests >= 1
    assert 0 < usage.resets_in_seconds <= 3_600
