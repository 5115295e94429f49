"""From the lake come the rows that the loads had written, whatever happened in between."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import psycopg
import pytest
from tests.clock import avoid_midnight
from tests.lake.conftest import DAYS, RESOURCES, Rig, new_lake, rows_of, values_of
from tests.simulator.conftest import prepare, served  # noqa: F401 - fixtures
from tests.simulator.harness import NOW

from vitals import settings
from vitals.lake.owner import take_over
from vitals.load import lake_keeper
from vitals.load import rebuild as rebuild_module
from vitals.load.rebuild import Wanted, rebuild

pytestmark = pytest.mark.slow

# What tells when something was written, or names files that live as long as a load.
WHEN = {
    "loads": ("finished_at", "started_at", "replayed_at"),
    "load_files": ("file_name", "committed_at"),
    "cursors": ("updated_at",),
    "rejected_records": ("rejected_id", "rejected_at"),
}
DAY = (NOW.date() - date(1970, 1, 1)).days


def data_of(dsn: str) -> dict[str, list[str]]:
    """Every row of every table but the books of what was loaded when."""
    books = ("loads", "load_files", "touched_days")
    return {name: rows for name, rows in rows_of(dsn, WHEN).items() if name not in books}


class Earlier(datetime):
    """The clock of the readings, some days ago."""

    days = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(days=cls.days)


@pytest.fixture(scope="module")
def recorded(served, new_warehouse, make_settings, ministack_client):  # noqa: F811
    """Three days with a restatement, a refused record, a failure, a second account, a backfill."""
    avoid_midnight(margin=240)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lake_keeper, "datetime", Earlier)
        patch.setattr(Earlier, "days", 2)
        patch.setenv("VITALS_HISTORY_DAYS", str(DAYS))
        target = prepare(served)
        values, lake = values_of(target, make_settings), new_lake(ministack_client)
        rig = Rig(new_warehouse(), values, target, lake)
        rig.connect("fitbit")
        rig.load()
        target.restate(DAY - 3, DAY - 2)
        target.fault("wrong_type", provider="fitbit", path="sleep", field="logId")
        rig.load("fitbit:p0002", resources=["sleep", "profiles"])
        target.fault("server_error", provider="fitbit", path="steps", skip=1)
        patch.setattr(Earlier, "days", 1)
        rig.load(start=NOW.date() - timedelta(days=4))
        target.admin("DELETE", "/faults")
        target.admin("POST", "/clock", {"advance_seconds": 86_400})
        patch.setattr(Earlier, "days", 0)
        rig.load(now=NOW + timedelta(days=1))
        patch.setenv("VITALS_HISTORY_DAYS", str(DAYS + 4))
        rig.fill(now=NOW + timedelta(days=1))
        yield rig


@pytest.fixture
def history(recorded, postgres_dsn, superuser_dsn) -> Iterator[Rig]:
    """A copy of that warehouse for one test."""
    name, source = f"test_{uuid.uuid4().hex[:12]}", recorded.dsn.rpartition("/")[2]
    with psycopg.connect(superuser_dsn, autocommit=True) as server:
        server.execute(f"create database {name} template {source} owner vitals")
        made = replace(recorded, dsn=f"{postgres_dsn.rpartition('/')[0]}/{name}")
        with psycopg.connect(made.dsn, autocommit=True) as connection:
            take_over(connection, made.lake)  # from a new warehouse of the test before
        yield made
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def lake(recorded):
    return recorded.lake


@pytest.fixture
def day_by_day(monkeypatch) -> None:
    """As a lake that is too large to be looked into at once."""
    monkeypatch.setattr(rebuild_module, "AT_ONCE", 1)


def test_a_lost_warehouse_comes_back_row_by_row(history, lake, new_warehouse, day_by_day):
    before = rows_of(history.dsn, WHEN)
    lost = [row for row in before["loads"] if '"lake_object": null' in row]
    before["loads"] = [row for row in before["loads"] if row not in lost]
    assert len(lost) == 1  # the resource that could not be read
    empty = new_warehouse()

    summary = rebuild(empty, lake, progress=str)

    assert summary.problems == {}
    assert summary.loads == len(lake.objects()) == len(before["loads"])
    assert rows_of(empty, WHEN) == before
    # Versions were first seen on the days on which they were read.
    read = {key.load_id: key.day for key in lake.objects() if key.resource == "profiles"}
    seen = "select load_id, (seen_at at time zone 'UTC')::date from raw.fitbit__profiles"
    found = dict(history.fetch(seen, dsn=empty))
    assert found == {load_id: read[load_id] for load_id in found} and len(set(read.values())) > 1
    # A second time there is nothing to do; new loads go on after the old ones.
    assert rebuild(empty, lake, progress=str).loads == 0
    assert rows_of(empty, WHEN) == before
    [(number,)] = history.fetch("select nextval('raw.loads_load_id_seq')", dsn=empty)
    assert number > lake.objects()[-1].load_id


def test_what_the_warehouse_has_is_made_again_on_request(history, lake, day_by_day):
    before = data_of(history.dsn)
    newest = lake.objects()[-1].load_id
    history.execute("update raw.fitbit__steps set steps = 7 where account_id = 'fitbit:p0001'")
    history.execute("delete from raw.fitbit__sleep where account_id = 'fitbit:p0002'")
    assert rebuild(history.dsn, lake, progress=str).loads == 0

    summary = rebuild(history.dsn, lake, Wanted(again=True), "by-hand", progress=str)

    assert summary.problems == {}
    assert data_of(history.dsn) == before
    # The layers downstream are told by loads that they have not seen.
    noted = history.fetch(
        "select distinct resource from raw.touched_days join raw.loads using (load_id, resource) "
        "where load_id > %s and run_id = 'by-hand' and status = 'done' order by 1",
        [newest],
    )
    assert [name for (name,) in noted] == sorted(RESOURCES)
    rebuild(history.dsn, lake, Wanted(again=True), progress=str)
    assert data_of(history.dsn) == before


def test_a_gap_is_filled_without_going_back_in_time(history, lake, day_by_day):
    before = data_of(history.dsn)
    keys = [key for key in lake.objects() if key.resource == "steps"]
    history.execute(
        "delete from raw.load_files where load_id = %(id)s; "
        "update raw.loads set status = 'interrupted' where load_id = %(id)s;".replace(
            "%(id)s", str(keys[0].load_id)
        )
        + f"delete from raw.fitbit__steps where load_id = {keys[0].load_id}"
    )
    summary = rebuild(history.dsn, lake, Wanted(sources=["fitbit"]), progress=str)
    assert summary.loads == len(keys)
    assert data_of(history.dsn) == before


def test_what_the_lake_does_not_hold_whole_is_left_alone(history, lake, day_by_day):
    before = data_of(history.dsn)
    last = [key for key in lake.objects() if key.resource == "sleep"][-1]
    history.execute("update raw.loads set lake_object = null where load_id = %s", [last.load_id])
    wanted = Wanted(again=True, participants=["p0001"])
    summary = rebuild(history.dsn, lake, wanted, progress=str)
    assert list(summary.problems) == ["fitbit:p0001 sleep"]
    assert str(last.load_id) in summary.problems["fitbit:p0001 sleep"]
    assert data_of(history.dsn) == before


def newest_load(history) -> int:
    """The newest one that the layers downstream can have seen."""
    return history.fetch("select max(load_id) from raw.loads")[0][0]


def days_of_steps(history, load_id: int) -> list[date]:
    """Days of the rows that a load has stored; Fitbit writes them as if they were in UTC."""
    query = "select distinct local_date from raw.fitbit__steps where load_id = %s order by 1"
    return [day for (day,) in history.fetch(query, [load_id])]


def days_noted(history, seen: int) -> set[date]:
    """Days of steps that loads have touched that nobody has seen."""
    query = (
        "select utc_date from raw.touched_days join raw.loads using (load_id, resource) "
        "where load_id > %s and resource = 'steps' and status <> 'running'"
    )
    return {day for (day,) in history.fetch(query, [seen])}


def test_a_load_that_had_failed_is_news_downstream(history, lake):
    """Its number is not: it was taken when the load had stored nothing."""
    before = data_of(history.dsn)
    last = [key for key in lake.objects() if key.resource == "steps"][-1].load_id
    days = days_of_steps(history, last)
    for table in ("fitbit__steps", "touched_days", "load_files"):
        history.execute(f"delete from raw.{table} where load_id = %s", [last])
    history.execute("update raw.loads set status = 'failed' where load_id = %s", [last])
    seen = newest_load(history)

    assert rebuild(history.dsn, lake, progress=str).loads == 1

    assert data_of(history.dsn) == before
    assert days and set(days) <= days_noted(history, seen)


def test_a_rebuild_that_dies_is_completed(history, lake, monkeypatch):
    from vitals.load.account_writer import AccountWriter

    before, flushes, seen = data_of(history.dsn), [], newest_load(history)
    # A day that was read wrongly is made again before the rebuild dies.
    first = next(key for key in lake.objects() if key.resource == "steps").load_id
    day = days_of_steps(history, first)[0]
    history.execute("delete from raw.fitbit__steps where local_date = %s", [day])
    flush = AccountWriter.flush

    def die(self):
        flushes.append(self)
        if len(flushes) > 4:
            raise RuntimeError("killed")
        flush(self)

    with monkeypatch.context() as patch:
        patch.setattr(AccountWriter, "flush", die)
        with pytest.raises(RuntimeError):
            rebuild(history.dsn, lake, Wanted(again=True), progress=str)
    assert data_of(history.dsn) != before
    rebuild(history.dsn, lake, progress=str)
    assert data_of(history.dsn) == before
    # What was made again before it died is heard of downstream, and when it was first seen.
    assert day in days_noted(history, seen)
    query = (
        "select distinct seen_at = started_at from raw.fitbit__profiles join raw.loads "
        "using (load_id, account_id) where account_id = 'fitbit:p0001'"
    )
    assert history.fetch(query) == [(True,)]


def test_days_and_people_can_be_chosen(history, lake, new_warehouse):
    empty = new_warehouse()
    day = lake.objects()[0].day
    assert rebuild(empty, lake, Wanted(last=day - timedelta(days=1)), progress=str).loads == 0
    wanted = Wanted(["fitbit"], day, day, ["p0002"])
    rebuild(empty, lake, wanted, progress=str)
    found = history.fetch("select distinct account_id from raw.loads", dsn=empty)
    assert found == [("fitbit:p0002",)]


@pytest.mark.parametrize("provider", ["google_health", "strava", "garmin"])
def test_every_provider_comes_back(
    served,  # noqa: F811
    new_warehouse,
    make_settings,
    s3_client,
    provider,
    monkeypatch,
):
    """Clients that remember answers from one resource to the next find them again."""
    target, lake = prepare(served), new_lake(s3_client)
    values = replace(values_of(target, make_settings), history_days=2)
    rig = Rig(new_warehouse(), values, target, lake)
    monkeypatch.setattr(settings, "load", lambda: rig.values)
    rig.connect(provider, people=1)
    account_id = f"{provider}:p0001"
    assert rig.load(account_id).problems == {}
    before, empty = rows_of(rig.dsn, WHEN), new_warehouse()
    rig.simulator.admin("DELETE", "/requests")
    assert rebuild(empty, lake, progress=str).problems == {}
    assert rows_of(empty, WHEN) == before
    assert rig.simulator.admin("GET", "/requests")["total"] == 0
