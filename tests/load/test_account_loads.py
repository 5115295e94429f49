"""Accounts through the simulator into a real warehouse: whole days, replaced, nothing lost."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW, Target

from vitals import settings, warehouse
from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load import accounts
from vitals.sources import api_providers
from vitals.sources._api.errors import ConsentNeededError, ScopeMissingError

FITBIT = api_providers()["fitbit"]
ACCOUNT = "fitbit:p0001"
TODAY = NOW.date()
# Small and different: minutes, daily rows, sessions with an id.
RESOURCES = ["profiles", "steps", "heart_rate_daily", "sleep"]
DAYS = 5


class Rig:
    """One warehouse with the simulated people connected to it."""

    def __init__(self, dsn: str, values: settings.Settings, simulator: Target) -> None:
        self.dsn, self.values, self.simulator = dsn, values, simulator
        connect_synthetic(dsn, values, ["fitbit"], accounts=2)

    def load(self, account_id: str = ACCOUNT, **arguments: Any):
        arguments.setdefault("resources", RESOURCES)
        arguments.setdefault("now", NOW)
        with closing(session(self.dsn, FITBIT, account_id, self.values, 0)) as opened:
            summary = accounts.extract_and_load(
                self.dsn, "fitbit", account_id, opened, progress=str, **arguments
            )
        assert (
            self.fetch(
                "select * from raw.loads where status = 'running' or (status = 'done' "
                "and rows_read <> rows_loaded + rows_rejected + rows_superseded)"
            )
            == []
        )
        return summary

    def load_days(self, first: int, last: int, **arguments: Any):
        """Read the days from `first` to `last` days before today."""
        days = {"start": TODAY - timedelta(days=first), "end": TODAY - timedelta(days=last)}
        return self.load(**days, **arguments)

    def fetch(self, query: str, values: Any = None) -> list[tuple]:
        with warehouse.connect(self.dsn) as connection:
            return connection.execute(query, values).fetchall()

    def rows(self) -> dict[str, list[tuple]]:
        """What the tables hold, without load ids."""
        return {
            name: sorted(
                self.fetch(f"select to_jsonb(t) - 'load_id' - 'seen_at' from raw.fitbit__{name} t"),
                key=str,
            )
            for name in RESOURCES
        }

    def touched(self) -> int:
        return self.fetch("select count(*) from raw.touched_days")[0][0]

    def empty(self) -> None:
        """Forget everything that was read, and on both sides how much was asked."""
        self.simulator.running.simulator.limits.clear()
        tables = ", ".join(f"raw.fitbit__{name}" for name in RESOURCES)
        with warehouse.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f"truncate {tables}, raw.loads, accounts.request_windows cascade")


@pytest.fixture
def values(target: Target, make_settings) -> settings.Settings:  # noqa: F811
    port = target.url.rpartition(":")[2]
    return make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port, VITALS_HISTORY_DAYS=DAYS)


@pytest.fixture
def rig(warehouse_dsn, values, target, monkeypatch) -> Rig:  # noqa: F811
    monkeypatch.setenv("VITALS_HISTORY_DAYS", str(DAYS))
    return Rig(warehouse_dsn, values, target)


def test_a_day_read_again_changes_nothing(rig):
    first = rig.load()
    before, touched = rig.rows(), rig.touched()
    assert first.counts["rows_loaded"] > DAYS * 1_000
    assert all(before.values())

    second = rig.load()

    assert second.counts["rows_loaded"] == 0
    assert second.counts["rows_read"] == second.counts["rows_superseded"] > 0
    assert second.counts["days_touched"] == 0
    assert (rig.rows(), rig.touched()) == (before, touched)


def test_a_zone_that_this_machine_does_not_know_keeps_nothing_from_being_read(rig, caplog):
    rig.load()
    with warehouse.connect(rig.dsn, autocommit=True) as connection:
        connection.execute("update raw.fitbit__profiles set time_zone = 'Mars/Olympus'")
    again = rig.load()
    assert again.counts["rows_read"] > 1_000 and not again.problems
    assert "knows no time zone 'Mars/Olympus'" in caplog.text


def test_the_next_run_reads_only_what_may_be_restated(rig, target):  # noqa: F811
    rig.load(start=None)
    [before] = rig.fetch("select max(load_id) from raw.loads")
    complete = dict(rig.fetch("select resource, position ->> 'complete_until' from raw.cursors"))
    target.admin("POST", "/clock", {"advance_seconds": 86_400})

    rig.load(now=NOW + timedelta(days=1))

    windows = rig.fetch(
        "select resource, first_date::text, last_date - first_date from raw.loads "
        "where load_id > %s and resource in ('steps', 'sleep') order by 1",
        before,
    )
    assert complete["steps"] == complete["sleep"] == str(TODAY - timedelta(days=1))
    # Steps again for three days, sleeps for seven, of which only five were ever asked for.
    assert windows == [
        ("sleep", str(TODAY - timedelta(days=DAYS)), DAYS + 1),
        ("steps", str(TODAY - timedelta(days=3)), 4),
    ]


def test_restated_days_are_replaced(rig, target):  # noqa: F811
    rig.load()
    before = rig.rows()
    day = (TODAY - date(1970, 1, 1)).days
    target.restate(day - 3, day - 2)

    summary = rig.load()
    after = rig.rows()

    assert before["steps"] != after["steps"] and before["sleep"] != after["sleep"]
    assert 0 < summary.counts["rows_loaded"] < summary.counts["rows_read"] / 5
    rig.empty()
    rig.load()
    assert after == rig.rows()


def test_rows_that_the_provider_no_longer_states_go(rig):
    rig.load()
    before = rig.rows()
    with warehouse.connect(rig.dsn, autocommit=True) as connection:
        for change in ("account_id = 'fitbit:p0002'", "log_id = -1"):
            column, _, value = change.partition(" = ")
            connection.execute(
                "insert into raw.fitbit__sleep select (jsonb_populate_record(t, "
                f"jsonb_build_object('{column}', {value}))).* from raw.fitbit__sleep as t "
                "where account_id = 'fitbit:p0001' and log_id > 0"
            )

    rig.load(resources=["sleep"])

    deleted = rig.fetch("select rows_deleted from raw.loads order by load_id desc limit 1")
    assert deleted == [(len(before["sleep"]),)]
    others = rig.fetch(
        "delete from raw.fitbit__sleep where account_id = 'fitbit:p0002' returning 1"
    )
    assert len(others) == len(before["sleep"])
    mine = rig.fetch("select count(*) from raw.fitbit__sleep where account_id = 'fitbit:p0001'")
    assert mine == [(len(before["sleep"]),)]


def test_a_record_that_is_refused_deletes_nothing(rig, target):  # noqa: F811
    rig.load()
    before = rig.rows()
    target.fault("wrong_type", provider="fitbit", path="sleep", field="logId")

    summary = rig.load(resources=["sleep"])

    assert summary.counts["rows_rejected"] == 1
    assert rig.rows() == before
    assert rig.fetch("select field is not null from raw.rejected_records") == [(True,)]


def test_a_resource_that_fails_costs_no_other(rig, target):  # noqa: F811
    target.fault("server_error", provider="fitbit", path="steps", skip=2)

    summary = rig.load()

    assert list(summary.problems) == ["steps"]
    assert rig.fetch("select distinct resource from raw.loads where status = 'failed'") == [
        ("steps",)
    ]
    rows = rig.rows()
    assert rows["sleep"] and rows["heart_rate_daily"]
    assert len({row[0]["local_date"] for row in rows["steps"]}) == 2

    target.admin("DELETE", "/faults")
    rig.load()
    complete = rig.rows()
    rig.empty()
    rig.load()
    assert complete == rig.rows()


def test_a_scope_that_was_not_granted_is_skipped_not_empty(rig):
    granted = [scope for scope in FITBIT.oauth.scopes if scope != "sleep"]
    summary = rig.load(granted_scopes=granted)
    assert isinstance(summary.problems["sleep"], ScopeMissingError)
    found = rig.fetch("select status, error from raw.loads where resource = 'sleep'")
    assert found == [("skipped", str(summary.problems["sleep"]))]


def test_a_revoked_token_ends_the_run_and_keeps_what_was_read(rig, target):  # noqa: F811
    target.fault("expired", provider="fitbit", path="steps", skip=2)
    target.admin("POST", "/tokens/revoke", {"provider": "fitbit", "account": 1})
    with pytest.raises(ConsentNeededError):
        rig.load()
    statuses = dict(rig.fetch("select status, count(*) from raw.loads group by 1"))
    # One line for the account says it all.
    assert statuses["failed"] == 1


def test_two_accounts_do_not_mix(rig):
    rig.load()
    rig.load("fitbit:p0002")
    both = rig.fetch("select account_id, count(*) from raw.fitbit__steps group by 1 order by 1")
    assert [account for account, _ in both] == ["fitbit:p0001", "fitbit:p0002"]
    assert all(count > 1_000 for _, count in both)


@pytest.fixture
def whole(rig) -> dict[str, list[tuple]]:
    """What one reading of all days gives."""
    rig.load_days(DAYS, 0)
    rows = rig.rows()
    rig.empty()
    return rows


@pytest.mark.slow
@hypothesis_settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ranges=st.lists(st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)), max_size=4))
def test_any_ranges_in_any_order_give_the_same_rows(rig, whole, ranges):
    rig.empty()
    for one, other in [*ranges, (DAYS, DAYS // 2), (DAYS // 2, 0)]:
        rig.load_days(max(one, other), min(one, other))
    assert rig.rows() == whole
