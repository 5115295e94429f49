"""What may not be kept goes: rows, their days downstream, old versions, refused records."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.load.test_account_loads import Rig
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW

from vitals import settings, warehouse
from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.load.retention import forget_expired
from vitals.sources import api_providers

STRAVA = api_providers()["strava"]
ACCOUNT = "strava:p0001"
TABLES = ("activities", "streams", "laps")


class StravaRig(Rig):
    """A warehouse into which two people's Strava accounts are read."""

    def __init__(self, dsn, values, simulator) -> None:
        self.dsn, self.values, self.simulator = dsn, values, simulator
        connect_synthetic(dsn, values, ["strava"], accounts=2)

    def read(self, now, account_id=ACCOUNT):
        self.simulator.admin("POST", "/clock", {"now": now.isoformat(), "frozen": True})
        with closing(session(self.dsn, STRAVA, account_id, self.values, 0)) as opened:
            return extract_and_load(self.dsn, "strava", account_id, opened, progress=str, now=now)

    def days(self, table: str, account_id=ACCOUNT) -> set:
        query = f"select distinct local_date from raw.strava__{table} where account_id = %s"
        return {row[0] for row in self.fetch(query, [account_id])}


@pytest.fixture
def rig(warehouse_dsn, make_settings, target, monkeypatch):  # noqa: F811
    port = target.url.rpartition(":")[2]
    values = make_settings(
        SYNTHETIC="true", VITALS_SIMULATOR_PORT=port, AIRFLOW_CONN_VITALS_WAREHOUSE=warehouse_dsn
    )
    monkeypatch.setattr(settings, "load", lambda: values)
    return StravaRig(warehouse_dsn, values, target)


def test_strava_is_read_and_kept_for_a_week(rig):
    summary = rig.read(NOW)
    assert summary.problems == {}
    oldest = NOW.date() - timedelta(days=7)
    assert rig.days("activities") and min(rig.days("activities")) >= oldest
    assert rig.fetch("select count(*) > 1000 from raw.strava__streams") == [(True,)]
    # Streams have their activity's day, and none has a place.
    orphans = """
        select count(*) from raw.strava__streams as s left join raw.strava__activities as a
            using (account_id, activity_id)
        where a.local_date is distinct from s.local_date or s.latitude_deg is not null
    """
    assert rig.fetch(orphans) == [(0,)]
    later = NOW + timedelta(days=5)
    first_kept = later.date() - timedelta(days=7)
    assert min(rig.days("activities")) < first_kept
    gone = forget_expired(rig.dsn, "strava", ACCOUNT, is_read=True, progress=str, now=later)
    assert gone.counts["days_touched"] > 0
    for table in TABLES:
        assert rig.days(table) and min(rig.days(table)) >= first_kept
    assert rig.fetch("select count(*) from raw.strava__profiles") == [(1,)]
    # A second time there is nothing to do, and reading brings nothing back.
    again = forget_expired(rig.dsn, "strava", ACCOUNT, is_read=True, progress=str, now=later)
    assert again.load_ids == []
    rig.read(later)
    assert min(rig.days("activities")) >= first_kept


def test_a_second_read_makes_the_calls_of_the_window_and_changes_nothing(rig):
    rig.read(NOW)
    held = rig.fetch("select count(*), sum(load_id) from raw.strava__streams")
    rig.simulator.admin("DELETE", "/requests")
    summary = rig.read(NOW)
    assert summary.counts["rows_loaded"] == summary.counts["days_touched"] == 0
    assert rig.fetch("select count(*), sum(load_id) from raw.strava__streams") == held
    first = NOW.date() - timedelta(days=7)
    query = "select count(*), count(*) filter (where not is_manual) from raw.strava__activities"
    every, recorded = rig.fetch(f"{query} where local_date >= %s", [first])[0]
    asked = rig.simulator.admin("GET", "/requests?provider=strava&status=200")
    # Athlete, newest activity, zones; the list and its end; streams and laps of each activity.
    assert asked["total"] == 5 + recorded + every


def test_what_was_disconnected_goes_whole(rig):
    rig.read(NOW)
    rig.read(NOW, "strava:p0002")
    with warehouse.connect(rig.dsn, autocommit=True) as connection:
        connection.execute(
            "insert into raw.rejected_records"
            " (source, resource, record_id, reason, payload, load_id, record_hash, rejected_at)"
            " select 'strava', 'activities', account_id || '/activities/1#0', 'wrong', %s,"
            " min(load_id), account_id::bytea, %s from raw.loads group by account_id",
            [json.dumps({"id": 1}), NOW],
        )
        connection.execute("update raw.strava__profiles set seen_at = %s;", [NOW])
    later = NOW + timedelta(days=60)
    forget_expired(rig.dsn, "strava", ACCOUNT, is_read=False, progress=str, now=later)
    for table in (*TABLES, "profiles"):
        held = rig.fetch(f"select distinct account_id from raw.strava__{table}")
        assert held == [("strava:p0002",)]
    assert rig.fetch("select record_id from raw.rejected_records") == [
        ("strava:p0002/activities/1#0",)
    ]


def test_where_no_end_is_set_everything_stays(rig, monkeypatch):
    rig.read(NOW)
    held = rig.days("activities")
    for_good = replace(rig.values.apis["strava"], retention_days=None)
    kept = replace(rig.values, apis={**rig.values.apis, "strava": for_good})
    monkeypatch.setattr(settings, "load", lambda: kept)
    later = NOW + timedelta(days=60)
    assert forget_expired(rig.dsn, "strava", ACCOUNT, is_read=False, now=later).load_ids == []
    assert rig.days("activities") == held
