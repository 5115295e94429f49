"""Gaps of accounts are filled through the simulator: newest first, within the limits, once."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from tests.clock import HOUR, avoid_end_of
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW, Target

from vitals import settings, warehouse
from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load import accounts, backfill
from vitals.sources import api_providers

ACCOUNT = "fitbit:p0001"
TODAY = NOW.date()
# Minutes, one request for each day; daily rows, 365 days a request; sessions, 100 days a request.
RESOURCES = ["profiles", "heart_rate_daily", "sleep", "steps"]
HISTORY, RAISED = 3, 12


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


class Rig:
    """One warehouse, and the simulated people who are connected to it."""

    def __init__(
        self, dsn: str, values: settings.Settings, simulator: Target, patch: pytest.MonkeyPatch
    ) -> None:
        self.dsn, self.values, self.simulator, self.patch = dsn, values, simulator, patch

    def history(self, days: int) -> None:
        self.patch.setenv("VITALS_HISTORY_DAYS", str(days))

    def load(self, account_id: str = ACCOUNT, **arguments: Any):
        """Read what is new, or a range of days."""
        with closing(self._session(account_id)) as calls:
            return accounts.extract_and_load(
                self.dsn, _provider(account_id), account_id, calls, progress=str,
                **{"resources": RESOURCES, "now": NOW, **arguments},
            )  # fmt: skip

    def load_days(self, first: int, last: int, **arguments: Any):
        return self.load(start=day(first), end=day(last), **arguments)

    def fill(self, account_id: str = ACCOUNT, reserve: float = 0.0, **arguments: Any):
        """Fill the gaps."""
        with closing(self._session(account_id, reserve)) as calls:
            return backfill.fill_gaps(
                self.dsn, _provider(account_id), account_id, calls,
                **{"resources": RESOURCES, "now": NOW, "progress": str, **arguments},
            )  # fmt: skip

    def with_gaps(self, *account_ids: str, **arguments: Any) -> list[str]:
        given = {"resources": RESOURCES, "now": NOW, **arguments}
        provider = _provider(account_ids[0])
        return backfill.accounts_with_gaps(self.dsn, provider, account_ids, **given)

    def asked(self, what: Any) -> int:
        """How many requests something makes of the providers' APIs."""
        ledger = self.simulator.running.simulator.ledger
        ledger.clear()
        what()
        return sum("token" not in entry.endpoint for entry in ledger.entries)

    def loads(self) -> list[tuple]:
        """Backfills: resource, status, and from and until how many days ago."""
        rows = self.fetch(
            "select resource, status, first_date, last_date from raw.loads"
            " where mode = 'backfill' order by load_id"
        )
        return [(*row[:2], (TODAY - row[2]).days, (TODAY - row[3]).days) for row in rows]

    def fetch(self, query: str, values: Any = None) -> list[tuple]:
        with warehouse.connect(self.dsn) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, query: str, values: Any = None) -> None:
        with warehouse.connect(self.dsn, autocommit=True) as connection:
            connection.execute(query, values)

    def days_of(self, resource: str) -> set[int]:
        """How many days ago the days with rows of a resource are."""
        rows = self.fetch(f"select distinct local_date from raw.fitbit__{resource}")
        return {(TODAY - row[0]).days for row in rows}

    def rows(self) -> dict[str, list[tuple]]:
        """What the tables hold, without load ids."""
        query = "select to_jsonb(t) - 'load_id' - 'seen_at' from raw.fitbit__{} t"
        return {name: sorted(self.fetch(query.format(name)), key=str) for name in RESOURCES}

    def empty(self) -> None:
        tables = ", ".join(f"raw.fitbit__{name}" for name in RESOURCES)
        self.execute(f"truncate {tables}, raw.loads, raw.cursors, api.study_members cascade")
        self.renew_limits()

    def renew_limits(self) -> None:
        self.simulator.running.simulator.limits.clear()
        self.execute("truncate accounts.request_windows")

    def _session(self, account_id: str, reserve: float = 0.0):
        spec = api_providers()[_provider(account_id)]
        return session(self.dsn, spec, account_id, self.values, 0, reserve)


def _provider(account_id: str) -> str:
    return account_id.partition(":")[0]


@pytest.fixture(scope="module")
def connected(make_settings, module_warehouse_dsn, served):  # noqa: F811
    """A warehouse to which simulated people are connected, and settings, for all of this file."""
    port = served.url.rpartition(":")[2]
    values = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    connect_synthetic(module_warehouse_dsn, values, ["fitbit", "strava"], accounts=1)
    return module_warehouse_dsn, values


@pytest.fixture
def rig(connected, target, monkeypatch) -> Rig:  # noqa: F811
    made = Rig(*connected, target, monkeypatch)
    made.empty()
    made.history(HISTORY)
    return made


def test_a_raised_history_is_read_newest_first_and_once(rig):
    rig.load()
    assert rig.with_gaps(ACCOUNT) == []
    rig.history(RAISED)
    assert rig.with_gaps(ACCOUNT, "fitbit:p0002") == [ACCOUNT]

    # A request for each day of steps, and one each for the daily rows and the sleeps.
    lines = []
    assert rig.asked(lambda: rig.fill(progress=lines.append)) == RAISED - HISTORY + 2
    entries = rig.simulator.running.simulator.ledger.entries
    days = [part for one in entries if "steps" in one.path for part in one.path.split("/")]
    assert [one for one in days if one.startswith("20")] == [
        f"{day(ago)}" for ago in range(HISTORY + 1, RAISED + 1)
    ]
    window = (RAISED, HISTORY + 1)
    assert rig.loads() == [
        (name, "done", *window) for name in ("heart_rate_daily", "sleep", "steps")
    ]
    assert lines[-1].startswith(f"backfill of steps {day(RAISED)} to {day(HISTORY + 1)}: ")

    assert rig.with_gaps(ACCOUNT) == []
    assert rig.asked(rig.fill) == 0
    found = rig.rows()
    rig.empty()
    rig.load()
    assert found == rig.rows()
    assert len(rig.days_of("steps")) >= RAISED


def test_a_limit_ends_the_night_and_leaves_the_reserve(rig):
    """Of 24 requests half are kept for new days; the first reading takes 8 of them."""
    avoid_end_of(HOUR)
    rig.simulator.set("fitbit", limits={"user": [[24, 3_600]]}, enforces_limits=True)
    used = rig.asked(rig.load)
    rig.history(RAISED)

    asked = [rig.asked(lambda: rig.fill(reserve=0.5))]

    assert asked == [12 - used] == [4]
    [*_, stopped] = rig.loads()
    assert stopped[:2] == ("steps", "skipped")
    [(error, cause)] = rig.fetch("select error, cause from raw.loads where status = 'skipped'")
    assert "limit hour of 24 requests is used up but for the 50% kept for new days" in error
    assert cause == "rate_limited"
    # The newest of the old days are there, and new ones may still be read.
    assert rig.days_of("steps") == {*range(HISTORY + 3)}
    assert not rig.load().problems

    while rig.with_gaps(ACCOUNT):
        rig.renew_limits()
        asked.append(rig.asked(lambda: rig.fill(reserve=0.5)))
    assert sum(asked) == RAISED - HISTORY + 2
    found = rig.rows()
    rig.empty()
    rig.simulator.set("fitbit", enforces_limits=False)
    rig.load()
    assert found == rig.rows()


DIES = """
import os, signal, sys
from datetime import datetime
from vitals import settings
from vitals.accounts.session import session
from vitals.load import account_gaps, account_writer, backfill, books
from vitals.sources import api_providers

account_gaps.PIECE_ROWS = account_writer.PIECE_ROWS = 1  # each piece by itself
finish, finished = books.Books.finish, []

def finish_and_die(*arguments):
    if len(finished) == 4:
        os.kill(os.getpid(), signal.SIGKILL)  # its rows are written, its load is not closed
    finished.append(1)
    return finish(*arguments)

books.Books.finish = finish_and_die
dsn, account_id, now, *resources = sys.argv[1:]
calls = session(dsn, api_providers()["fitbit"], account_id, settings.load(), 0)
backfill.fill_gaps(
    dsn, "fitbit", account_id, calls, resources, now=datetime.fromisoformat(now), progress=print
)
"""


@pytest.mark.slow
def test_a_killed_backfill_goes_on_where_it_died(rig):
    rig.load()
    rig.history(RAISED)
    command = [sys.executable, "-c", DIES, rig.dsn, ACCOUNT, NOW.isoformat(), *RESOURCES]
    environment = {
        **os.environ, **rig.values.environment, "VITALS_HISTORY_DAYS": str(RAISED),
        "VITALS_TOKEN_KEY": rig.values.secrets.token_key,
    }  # fmt: skip
    died = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()

    # Whatever was written is known, and the day whose load was not closed is read once more.
    assert rig.asked(rig.fill) == RAISED - HISTORY - 2
    assert [load[1] for load in rig.loads()].count("interrupted") == 1
    found = rig.rows()
    rig.empty()
    rig.load()
    assert found == rig.rows()


def test_the_days_of_a_study_are_read_and_those_between_are_not(rig):
    rig.load(resources=["steps"])
    query = "insert into api.study_members values ('sleep', 'p0001', default, %s, %s)"
    rig.execute(query, [day(20), day(18)])
    assert rig.asked(lambda: rig.fill(resources=["steps"])) == 3
    assert rig.loads() == [("steps", "done", 20, 18)]
    assert {20, 19, 18} < rig.days_of("steps") and 17 not in rig.days_of("steps")
    assert rig.with_gaps(ACCOUNT) == []


def test_days_that_somebody_asked_for_are_read_as_they_wanted(rig):
    rig.load(resources=["steps"])
    rig.load_days(30, 25, resources=["steps"])
    rig.simulator.fault("server_error", status=404, path=f"{day(18)}")
    assert list(rig.load_days(20, 15, resources=["steps"]).problems) == ["steps"]
    rig.simulator.admin("DELETE", "/faults")
    # A rebuild from the lake notes the days of all loads, also of those that brought nothing.
    query = (
        "insert into raw.loads (source, resource, mode, status, account_id, first_date, last_date)"
        " values ('fitbit', 'steps', 'full', 'done', %s, %s, %s)"
    )
    rig.execute(query, [ACCOUNT, day(30), TODAY])

    # Nobody expects these days, but for the one who asked for them in vain.
    assert rig.asked(lambda: rig.fill(resources=["steps"])) == 4
    assert rig.loads() == [("steps", "done", 18, 15)]
    # What was answered is not asked for again, once the history reaches as far.
    rig.history(30)
    assert rig.asked(lambda: rig.fill(resources=["steps"])) == 4 + 11
    assert rig.loads()[1:] == [("steps", "done", 14, 4), ("steps", "done", 24, 21)]
    assert rig.with_gaps(ACCOUNT) == []


def test_days_that_may_be_synced_yet_are_left_for_later(rig):
    def synced(ago: int) -> None:
        query = "update raw.cursors set position = position || jsonb_build_object('{}', %s::text)"
        rig.execute(query.format("complete_until"), [day(ago)])

    rig.load(resources=["steps"])
    rig.history(32)
    synced(200)  # a device that nobody uses any more
    assert rig.asked(lambda: rig.fill(resources=["steps"])) == 2
    assert rig.loads() == [("steps", "done", 32, 31)]

    rig.history(RAISED)
    synced(8)
    rig.fill(resources=["steps"])
    assert rig.loads()[1:] == [("steps", "done", RAISED, 8)]
    assert rig.with_gaps(ACCOUNT) == []
    rig.load(resources=["steps"])
    rig.fill(resources=["steps"])
    assert rig.loads()[2:] == [("steps", "done", 7, HISTORY + 1)]


def test_days_that_are_refused_again_and_again_keep_no_others_from_being_read(rig):
    rig.load(resources=["steps"])
    rig.history(8)
    rig.simulator.fault("server_error", status=404, path=f"{day(6)}")
    asked = [rig.asked(lambda: rig.fill(resources=["steps"])) for _ in range(5)]
    # The two before it, then nothing but it, then the two after it, then nothing.
    assert asked == [3, 1, 1, 2, 0]
    assert rig.days_of("steps") == {*range(9)} - {6}
    assert rig.loads()[1] == ("steps", "failed", 6, 6)


def test_what_is_new_comes_first(rig):
    rig.load(resources=["steps"])
    rig.history(RAISED)
    rig.simulator.fault("server_error", status=404, path="steps")
    assert rig.load(resources=["steps"]).problems
    rig.simulator.admin("DELETE", "/faults")
    assert rig.with_gaps(ACCOUNT) == [] and rig.asked(rig.fill) == 0
    rig.load(resources=["steps"])
    assert rig.with_gaps(ACCOUNT) == [ACCOUNT]


def test_nothing_is_asked_for_that_may_not_be_kept(rig):
    rig.history(5)
    rig.load("strava:p0001", resources=None)
    rig.history(365)
    resources = {"resources": None}
    # Of the seven days that may be kept the two that are missing, in one list and no details of it.
    assert rig.with_gaps("strava:p0001", **resources) == ["strava:p0001"]
    rig.fill("strava:p0001", **resources)
    assert {load[2:] for load in rig.loads()} == {(7, 6)}
    assert rig.with_gaps("strava:p0001", **resources) == []
    assert rig.asked(lambda: rig.fill("strava:p0001", **resources)) == 0
