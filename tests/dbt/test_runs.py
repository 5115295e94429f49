"""Two runs at once, runs that die, tables that are in use: nobody loses a row."""

import psycopg
import pytest
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

P1 = {"user_id": "p1", "devices": ["d1"]}
LAYERS = [
    "--select",
    "tag:stage",
    "tag:daily",
    "tag:weekly",
    "tag:monthly",
    "--exclude",
    "tag:static",
]


def fill(warehouse, days: int = 20) -> None:
    warehouse.users(P1)
    for day in range(1, days + 1):
        minutes = range(0, 60, 5)
        warehouse.heart_rates("d1", *((f"2025-06-{day:02} 10:{m:02}", 60 + m) for m in minutes))
        warehouse.sleeps("d1", (f"2025-06-{day:02} 00:00", f"2025-06-{day:02} 06:00"))


def rebuilt(warehouse) -> dict:
    warehouse.transform("--exclude", "tag:static", "--full-refresh")
    return warehouse.snapshot()


def finish(*runs) -> None:
    for run in runs:
        output, _ = run.communicate(timeout=1_200)
        assert run.returncode == 0, output


def test_two_runs_at_once_wait_for_each_other(warehouse):
    fill(warehouse)
    finish(warehouse.start("run", *LAYERS), warehouse.start("run", *LAYERS))
    assert len(warehouse.days("steps")) == 20
    assert warehouse.snapshot() == rebuilt(warehouse)


def test_two_installations_at_once(warehouse):
    fill(warehouse, days=1)
    warehouse.transform()
    warehouse.connection.execute("drop table agg.daily_health, agg.weekly_health cascade")
    words = ["run", "--full-refresh", "--select", "daily_health+"]
    finish(warehouse.start(*words), warehouse.start(*words))
    assert len(warehouse.days("steps")) == 1
    assert warehouse.values("select 1 from agg.calmest_weeks") == []  # but it is there


def test_a_run_that_ends_between_two_models_is_completed_by_the_next(warehouse):
    fill(warehouse)
    warehouse.transform()
    warehouse.heart_rates("d1", ("2025-06-05 11:00", 200))
    warehouse.transform("--select", "heart_rate_minutes")
    assert warehouse.days("heart_rate_max_bpm")["p1", "2025-06-05"] < 200

    warehouse.sleeps("d1", ("2025-06-05 20:00", "2025-06-05 21:00"))
    warehouse.transform("--select", "sleep_sessions", "daily_health")
    warehouse.transform()
    assert warehouse.days("heart_rate_max_bpm")["p1", "2025-06-05"] == 200
    assert warehouse.snapshot() == rebuilt(warehouse)


def test_a_run_killed_inside_a_model_leaves_nothing_behind(warehouse):
    fill(warehouse)
    warehouse.transform()
    before = warehouse.snapshot()
    warehouse.heart_rates("d1", ("2025-06-05 11:00", 200))

    with psycopg.connect(warehouse.dsn) as reader:
        # A lock that the run has to wait for while it writes.
        reader.execute("lock table agg.daily_health in share mode")
        run = warehouse.start("run", *LAYERS)
        waiting = (
            "select 1 from pg_locks where not granted and relation = 'agg.daily_health'::regclass"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        wait_until(lambda: run.poll() is not None or warehouse.values(waiting))
        assert run.poll() is None, run.communicate()[0]
        run.kill()
        run.wait()
    assert warehouse.snapshot()["agg.daily_health"] == before["agg.daily_health"]

    warehouse.transform()
    assert warehouse.days("heart_rate_max_bpm")["p1", "2025-06-05"] == 200
    assert warehouse.snapshot() == rebuilt(warehouse)


def test_views_of_others_survive_a_full_refresh(warehouse):
    fill(warehouse, days=1)
    warehouse.transform()
    warehouse.connection.execute("create schema own")
    warehouse.connection.execute("create view own.steps as select steps from agg.daily_health")
    warehouse.dbt("run", "--full-refresh")
    assert len(warehouse.values("select 1 from own.steps")) == 1


def test_a_table_gets_the_columns_that_a_new_version_adds(warehouse):
    """Of a key and of views, too: these are made before the rows are made again."""
    fill(warehouse, days=1)
    warehouse.steps("d1", ("2025-06-01 10:00", 12))
    warehouse.transform()
    before = warehouse.snapshot()
    for table, column in {"agg.daily_health": "sources", "stage.sleep_sessions": "source"}.items():
        warehouse.connection.execute(f"alter table {table} drop column {column} cascade")
    no_tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    warehouse.dbt("build", "--select", "tag:static", *no_tests)
    warehouse.transform()
    assert warehouse.snapshot() == before
    assert warehouse.values(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = 'stage.sleep_sessions'::regclass and contype = 'p'"
    ) == ["PRIMARY KEY (participant_id, source, start_ts)"]
    assert warehouse.values(
        "select attnotnull from pg_attribute"
        " where attrelid = 'agg.daily_health'::regclass and attname = 'sources'"
    ) == [True]


def test_a_change_of_definition_rebuilds_everything(warehouse):
    fill(warehouse, days=2)
    warehouse.transform()
    assert set(warehouse.days("timezone").values()) == {"UTC"}
    warehouse.connection.execute("update raw.iot__users set time_zone = null")

    warehouse.environment["VITALS_DEFAULT_TIME_ZONE"] = "Asia/Tokyo"
    warehouse.manifest = warehouse.parse()
    warehouse.dbt("run", "--select", "participant_time_zones")
    warehouse.transform()
    assert set(warehouse.days("timezone").values()) == {"Asia/Tokyo"}
