"""Budgets: shared by all processes, aligned to the clock, corrected by what answers tell."""

import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from tests.accounts.test_tokens import work
from tests.clock import QUARTER_HOUR, avoid_end_of

from vitals.accounts.budget import AccountMeter
from vitals.accounts.session import session
from vitals.sources import api_providers
from vitals.sources._api.errors import LimitReachedError
from vitals.sources._api.spec import Limit, Usage

FITBIT, STRAVA = api_providers()["fitbit"], api_providers()["strava"]


@pytest.fixture
def meter(warehouse_dsn):
    """A meter of any limits; patience 0 unless given."""
    made = []

    def make(
        *limits: Limit,
        account_id="fitbit:p0001",
        patience=0.0,
        reserve=0.0,
        usage=lambda headers: [],
    ):
        spec = replace(FITBIT, limits=limits, read_usage=usage)
        made.append(AccountMeter(warehouse_dsn, spec, account_id, patience, reserve))
        return made[-1]

    yield make
    for one in made:
        one.close()


def taken(meter, most=50) -> int:
    for count in range(most):
        try:
            meter.take()
        except LimitReachedError:
            return count
    return most


@pytest.fixture
def one_window() -> None:
    """All that a test counts falls into one window: they are aligned to the clock."""
    avoid_end_of(QUARTER_HOUR)


HOUR = Limit("hour", "account", requests=5, seconds=3_600)
DAY = Limit("day", "app", requests=8, seconds=86_400)


@pytest.mark.usefixtures("one_window")
def test_a_limit_is_not_exceeded_and_tells_when_it_ends(meter):
    one = meter(HOUR)
    assert taken(one) == 5
    with pytest.raises(LimitReachedError, match="Fitbit: limit hour of 5 requests") as refusal:
        one.take()
    now = datetime.now(UTC)
    ends = refusal.value.resets_at
    assert (ends.minute, ends.second, ends.microsecond) == (0, 0, 0)
    assert timedelta(0) <= ends - now <= timedelta(hours=1)


@pytest.mark.usefixtures("one_window")
def test_old_counts_of_an_account_are_forgotten_and_no_others(meter, warehouse_dsn):
    with psycopg.connect(warehouse_dsn, autocommit=True) as connection:
        for subject, days in [("fitbit:p0001", 31), ("fitbit:p0001", 29), ("fitbit:p0002", 31)]:
            connection.execute(
                "insert into accounts.request_windows values ('fitbit', 'hour', %s,"
                " now() - %s, now() - %s + interval '1 hour', 1, 5)",
                [subject, *[timedelta(days=days)] * 2],
            )
        assert taken(meter(HOUR)) == 5
        left = connection.execute(
            "select subject, (now() - window_start)::text like '29 days%' as is_kept"
            " from accounts.request_windows order by window_start"
        ).fetchall()
    assert left == [("fitbit:p0002", False), ("fitbit:p0001", True), ("fitbit:p0001", False)]


@pytest.mark.usefixtures("one_window")
def test_limits_per_account_are_apart_and_those_of_the_app_are_not(meter):
    assert taken(meter(HOUR, DAY, account_id="fitbit:p0001")) == 5
    assert taken(meter(HOUR, DAY, account_id="fitbit:p0002")) == 3
    assert taken(meter(HOUR, DAY, account_id="fitbit:p0003")) == 0


@pytest.mark.usefixtures("one_window")
def test_what_may_wait_leaves_a_share_of_each_limit_to_the_rest(meter):
    assert taken(meter(HOUR, DAY, reserve=0.3)) == 3  # of five, and two are kept
    with pytest.raises(LimitReachedError, match="but for the 30% kept for new days"):
        meter(HOUR, DAY, reserve=0.3).take()
    assert taken(meter(HOUR, DAY)) == 2
    # That of the app is at five of eight by now.
    assert taken(meter(HOUR, DAY, account_id="fitbit:p0002", reserve=0.3)) == 0
    assert taken(meter(HOUR, DAY, account_id="fitbit:p0002")) == 3


@pytest.mark.usefixtures("one_window")
def test_a_refused_request_is_counted_nowhere(meter, warehouse_dsn):
    taken(meter(HOUR, DAY))
    with psycopg.connect(warehouse_dsn) as connection:
        rows = connection.execute(
            "select limit_name, subject, requests, requests_allowed from accounts.request_windows"
        ).fetchall()
    assert sorted(rows) == [("day", "app", 5, 8), ("hour", "fitbit:p0001", 5, 5)]


def test_the_next_window_begins_anew(meter):
    assert taken(meter(Limit("second", "account", requests=3, seconds=1), patience=0)) >= 3
    time.sleep(1.1)
    assert taken(meter(Limit("second", "account", requests=3, seconds=1), patience=0)) >= 3


def test_a_window_that_ends_soon_is_waited_for(meter):
    one = meter(Limit("second", "account", requests=2, seconds=1), patience=60)
    began = time.monotonic()
    assert taken(one, most=5) == 5
    assert time.monotonic() - began >= 1


@pytest.mark.usefixtures("one_window")
def test_answers_go_before_our_own_count(meter):
    told = [Usage("hour", 4, 5)]
    one = meter(HOUR, usage=lambda headers: told)
    one.take()
    one.note(200, {})  # somebody else made three
    assert taken(one) == 1
    told[0] = Usage("hour", 5, 20)  # the provider allows more than is documented
    one.note(200, {})
    assert taken(one) == 15


@pytest.mark.usefixtures("one_window")
def test_an_answer_may_move_the_end_of_the_window(meter):
    told = [Usage("hour", 5, 5, resets_in_seconds=600)]
    one = meter(HOUR, usage=lambda headers: told)
    one.take()
    one.note(200, {})
    with pytest.raises(LimitReachedError) as refusal:
        one.take()
    assert refusal.value.resets_at - datetime.now(UTC) <= timedelta(seconds=600)
    told[0] = Usage("hour", 5, 5, resets_in_seconds=1)
    one.note(200, {})
    time.sleep(1.1)
    assert taken(one) == 5


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("provider", ["strava"])
def test_parallel_processes_share_a_budget(world, provider):
    """Four of them, each for another person, want three times what the app may."""
    accounts = [f"{provider}:p{number:04d}" for number in range(4)]
    workers = [work(world, "requests", account, "75") for account in accounts]
    made = [int(_output(worker)) for worker in workers]
    assert sum(made) == 100
    rows = world.query("select limit_name, requests from accounts.request_windows order by 1")
    expected = ("overall_15_minutes", "overall_day", "read_15_minutes", "read_day")
    assert rows == [(name, 100) for name in expected]


def _output(worker: subprocess.Popen) -> str:
    out, errors = worker.communicate(timeout=300)
    assert worker.returncode == 0, errors
    return out


@pytest.mark.usefixtures("one_window")
def test_a_session_counts_what_it_sends_and_learns_from_answers(world):
    account_id = world.connect("strava")
    limits = {"overall": [[200, 900], [2_000, 86_400]], "read": [[3, 900], [1_000, 86_400]]}
    world.admin("POST", "/settings", {"strava": {"limits": limits}})
    with session(world.dsn, STRAVA, account_id, world.settings, patience_seconds=0) as polite:
        url = "https://www.strava.com/api/v3/athlete"
        for _ in range(3):
            assert polite.get(url).status_code == 200
        with pytest.raises(LimitReachedError, match="read_15_minutes of 3 requests"):
            polite.get(url)
    asked = world.admin("GET", "/requests?provider=strava")
    assert [(one["status"], one["count"]) for one in asked["counts"]] == [(200, 3)]


@pytest.mark.usefixtures("one_window")
def test_a_lost_connection_is_opened_again(meter, superuser_dsn):
    one = meter(HOUR)
    one.take()
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name='vitals'"
        )
    assert taken(one) == 4
