"""Books in a real warehouse -> what counts as a problem, and what each channel is told when."""

from datetime import timedelta

import psycopg
import pytest
from tests.clock import avoid_midnight

from vitals.accounts import store
from vitals.accounts.exchange import TokenAnswer
from vitals.accounts.vault import Vault
from vitals.monitoring import notices
from vitals.monitoring.books import note_failed_run, open_books
from vitals.monitoring.findings import Finding, find_problems
from vitals.monitoring.freshness import Limits, read_limits, write_limits
from vitals.monitoring.settings import MonitoringSettings, read
from vitals.setting_values import SettingError
from vitals.warehouse import WarehouseError

MONITORING = MonitoringSettings(silent_days=3, forgotten_days=30)
REPEAT = timedelta(days=3)

LOAD = """
insert into raw.loads (
    source, resource, mode, run_id, status, rows_read, rows_loaded, days_touched,
    started_at, finished_at, error
)
select %(source)s, %(resource)s, 'incremental', 'iot_master_dag/manual__1', %(status)s,
    10, 10, %(days)s, now() - %(ago)s, now() - %(ago)s, %(error)s
returning load_id
"""


def load(dsn, source="iot", resource="heart_rates", status="done", days=1, hours_ago=1, error=None):
    values = {"source": source, "resource": resource, "status": status, "days": days,
              "ago": timedelta(hours=hours_ago), "error": error}  # fmt: skip
    with psycopg.connect(dsn) as connection:
        return connection.execute(LOAD, values).fetchone()[0]


def connect(dsn, participant, provider="fitbit", state="active"):
    vault = Vault("GTqD0eE2u6mhFLk-F6Y8LODFUYy6HKKmdTvTIqcjdEY=")
    tokens = TokenAnswer("a", None, refresh_token="r")
    store.connect_account(dsn, vault, provider, participant, tokens, participant)
    if state != "active":
        values = {"account_id": f"{provider}:{participant}", "state": state, "error": "because"}
        with psycopg.connect(dsn) as connection:
            connection.execute(store.statement("set_state"), values)


def kinds(dsn, monitoring=MONITORING):
    return [finding.key.rpartition(":")[0] if finding.kind == "failed" else finding.key
            for finding in find_problems(dsn, monitoring)]  # fmt: skip


def test_an_empty_warehouse_has_no_problem(warehouse_dsn):
    assert find_problems(warehouse_dsn, MONITORING) == []


def test_freshness_is_when_something_new_came_last(warehouse_dsn):
    newest = load(warehouse_dsn, hours_ago=5)
    load(warehouse_dsn, hours_ago=1, days=0)
    load(warehouse_dsn, resource="steps", hours_ago=7, status="failed", error="no network")
    with psycopg.connect(warehouse_dsn) as connection:
        connection.execute(
            "insert into raw.touched_days values"
            " (%s, 'iot', 'heart_rates', 'd1', current_date, now() - interval '6 h', 'infinity')",
            [newest],
        )
        connection.execute(
            "insert into raw.touched_days values"
            " (%s, 'iot', 'heart_rates', 'd2', current_date, now(), now() - interval '6 hours')",
            [newest],
        )
    with open_books(warehouse_dsn) as books:
        (source,) = books.sources()
        runs = books.runs()
    assert (source.last_success_at - source.last_data_at).total_seconds() // 60 == 4 * 60
    assert source.last_data_at - source.newest_sample_at > timedelta(minutes=59)
    assert (source.resources, source.failing_resources) == (2, 1)
    assert source.last_error == "steps: no network"
    assert len(runs) == 1 and (runs[0].loads, runs[0].loads_failed) == (3, 1)
    assert runs[0].rows_loaded == 30


def test_a_source_is_stale_when_it_is_expected_to_bring_something(warehouse_dsn):
    load(warehouse_dsn, hours_ago=35)
    assert kinds(warehouse_dsn) == []
    write_limits(warehouse_dsn, {"VITALS_STALE_AFTER_HOURS": "34"})
    assert kinds(warehouse_dsn) == ["stale:iot"]
    write_limits(warehouse_dsn, {"VITALS_STALE_AFTER_HOURS": "10"})
    assert kinds(warehouse_dsn) == ["overdue:iot"]
    write_limits(warehouse_dsn, {"IOT__OVERDUE_AFTER_HOURS": "40"})
    assert kinds(warehouse_dsn) == []
    # Files come when somebody brings them, and a provider without an account owes nothing.
    load(warehouse_dsn, source="apple_health", hours_ago=500)
    load(warehouse_dsn, source="fitbit", hours_ago=500)
    assert kinds(warehouse_dsn) == []
    connect(warehouse_dsn, "p0001")
    assert kinds(warehouse_dsn) == ["overdue:fitbit"]
    write_limits(warehouse_dsn, {"FITBIT__STALE_AFTER_HOURS": "504"})
    assert kinds(warehouse_dsn) == []
    # A limit of its own says that something is expected.
    write_limits(warehouse_dsn, {"APPLE_HEALTH__STALE_AFTER_HOURS": "400"})
    assert kinds(warehouse_dsn) == ["stale:apple_health", "overdue:fitbit"]


def test_a_source_that_never_brought_anything_is_stale(warehouse_dsn):
    load(warehouse_dsn, hours_ago=1, days=0)
    assert kinds(warehouse_dsn) == ["stale:iot"]
    load(warehouse_dsn, resource="steps", hours_ago=100, days=0)
    assert kinds(warehouse_dsn) == ["overdue:iot"]


def test_everybody_reads_the_same_freshness(warehouse_dsn):
    load(warehouse_dsn, hours_ago=40)
    load(warehouse_dsn, source="apple_health", resource="steps", status="failed", error="no file")
    with open_books(warehouse_dsn) as books:
        page = {source.source: source.state for source in books.sources()}
    with psycopg.connect(warehouse_dsn) as connection:
        connection.execute("set role api")
        query = "select source, source_state, stale_after_hours, last_error from api.freshness"
        api = connection.execute(query).fetchall()
    assert page == {"iot": "stale", "apple_health": "failing"}
    assert api == [("apple_health", "failing", 36.0, "no file"), ("iot", "stale", 36.0, None)]


def test_a_dead_token_names_its_remedy(warehouse_dsn):
    connect(warehouse_dsn, "p0001")
    connect(warehouse_dsn, "p0002", state="needs_consent")
    (finding,) = find_problems(warehouse_dsn, MONITORING)
    assert finding.key == "token:fitbit:p0002:needs_consent"
    assert finding.remedy == "vitals connect fitbit --participant p0002"


def test_nobody_is_reminded_of_an_account_that_was_disconnected(warehouse_dsn):
    connect(warehouse_dsn, "p0001", state="revoked")
    connect(warehouse_dsn, "p0002")
    store.disconnect_account(warehouse_dsn, "fitbit:p0002")
    (finding,) = find_problems(warehouse_dsn, MONITORING)
    assert finding.key == "token:fitbit:p0001:revoked"


def test_who_is_silent(warehouse_dsn):
    avoid_midnight("Asia/Tokyo")
    avoid_midnight()
    with psycopg.connect(warehouse_dsn) as connection:
        connection.execute(
            "create table agg.daily_health"
            " (participant_id text, local_date date, timezone text);"
            "grant select on agg.daily_health to analyst"
        )
        rows = [("today", 0), ("two", 3), ("three", 4), ("month", 31), ("left", 32)]
        for name, days in rows:
            connection.execute(
                "insert into agg.daily_health values"
                " (%s, (now() at time zone 'Asia/Tokyo')::date - %s, 'Asia/Tokyo')",
                [name, days],
            )
    found = find_problems(warehouse_dsn, MONITORING)
    assert [finding.key for finding in found] == ["silent:three", "silent:month"]
    assert "no data for 3 days" in found[0].subject


def test_runs_that_failed_are_one_finding_for_each_dag_and_error(warehouse_dsn):
    for run, reason in (("r1", "took 5 s"), ("r2", "took 7 s"), ("r2", "took 8 s")):
        note_failed_run(warehouse_dsn, "iot_master_dag", run, "extract", reason)
    (finding,) = find_problems(warehouse_dsn, MONITORING)
    assert "failed 2 times" in finding.subject and "took 8 s" in finding.subject
    note_failed_run(warehouse_dsn, "iot_master_dag", "r3", "extract", "took 9 s")
    assert find_problems(warehouse_dsn, MONITORING)[0].key == finding.key
    note_failed_run(warehouse_dsn, "iot_master_dag", "r4", "extract", "disk full")
    assert find_problems(warehouse_dsn, MONITORING)[0].key != finding.key


def test_each_channel_is_told_once_and_again_after_a_while(warehouse_dsn):
    one, two = (Finding("stale", f"stale:{name}", "old", "look") for name in ("a", "b"))
    dsn = warehouse_dsn
    assert notices.due(dsn, "email", [one], REPEAT) == [one]
    notices.record(dsn, "email", [one])
    assert notices.due(dsn, "email", [one, two], REPEAT) == [two]
    assert notices.due(dsn, "webhook", [one, two], REPEAT) == [one, two]
    notices.record(dsn, "email", [two])
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "update ops.notices set last_sent_at = now() - interval '73 hours'"
            " where notice_key = 'stale:a'"
        )
    assert notices.due(dsn, "email", [one, two], REPEAT) == [one]
    # Over, and back: that is news.
    assert notices.due(dsn, "email", [one], REPEAT) == [one]
    assert notices.due(dsn, "email", [two], REPEAT) == [two]


def test_the_role_sees_neither_payloads_nor_tokens(warehouse_dsn):
    for table in ("raw.rejected_records", "accounts.tokens"):
        with psycopg.connect(warehouse_dsn) as connection:
            connection.execute("set role monitor")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")


def test_a_warehouse_that_is_down_is_one_line(free_port):
    with pytest.raises(WarehouseError, match="cannot open"):
        find_problems(f"postgresql://vitals@127.0.0.1:{free_port()}/vitals", MONITORING)


def test_settings():
    given = {"VITALS_NOTIFY_EMAIL": "a@x.org, b@x.org", "VITALS_SILENT_AFTER_DAYS": "5"}
    found = read(given)
    assert found.emails == ("a@x.org", "b@x.org") and found.channels == ("email",)
    assert found.silent_days == 5
    for wrong in ({"VITALS_NOTIFY_EMAIL": "somebody"}, {"VITALS_NOTIFY_WEBHOOK": "hooks.org"}):
        with pytest.raises(SettingError):
            read(wrong)


def test_limits_of_freshness():
    given = {"VITALS_STALE_AFTER_HOURS": "48", "STRAVA__STALE_AFTER_HOURS": "168"}
    assert read_limits(given) == {"*": Limits(48, 96), "strava": Limits(168, 336)}
    assert read_limits({}) == {"*": Limits(36, 72)}
    for name, value in (("STALE", "100"), ("OVERDUE", "24"), ("STALE", "0"), ("STALE", "soon")):
        with pytest.raises(SettingError):
            read_limits({"VITALS_OVERDUE_AFTER_HOURS": "72", f"VITALS_{name}_AFTER_HOURS": value})


def test_what_names_a_participant_is_deleted_with_them(warehouse_dsn):
    from vitals.deletion.catalogue import tables

    note_failed_run(warehouse_dsn, "d", "r1", "extract[p0001]", "no answer")
    note_failed_run(warehouse_dsn, "d", "r2", "report", "not read: fitbit:p0001, fitbit:p0002")
    note_failed_run(warehouse_dsn, "d", "r3", "extract[p00011]", "no answer")
    findings = [Finding("silent", key, "x", "y") for key in ("silent:p0001", "silent:p0002")]
    notices.record(warehouse_dsn, "email", [*findings, Finding("token", "token:f:p0001:x", "", "")])
    values = {"participant_id": "p0001", "accounts": [], "subjects": [], "devices": []}
    with psycopg.connect(warehouse_dsn) as connection:
        mine = {table.name: table.condition for table in tables(connection)}
        counts = {
            name: connection.execute(
                f"select count(*) from {name} as stored where {mine[name]}", values
            ).fetchone()[0]
            for name in ("ops.failed_runs", "ops.notices")
        }
    assert counts == {"ops.failed_runs": 2, "ops.notices": 2}
