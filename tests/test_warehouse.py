"""Migrations and connections, against a real server."""

import threading
from pathlib import Path

import psycopg
import pytest

from vitals import warehouse
from vitals.warehouse import WarehouseError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("create schema one; create table one.a (x integer);")
    (tmp_path / "0002_second.sql").write_text("insert into one.a values (1);")
    return tmp_path


@pytest.fixture
def database(warehouse_dsn) -> str:
    """A database whose own migrations are forgotten, so that a test folder can take their place."""
    with psycopg.connect(warehouse_dsn, autocommit=True) as connection:
        connection.execute("truncate public.schema_migrations")
    return warehouse_dsn


def fetch(dsn: str, query: str) -> list[tuple]:
    with warehouse.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_applies_in_order_and_only_once(database, folder):
    assert warehouse.migrate(database, folder) == ["first", "second"]
    assert warehouse.migrate(database, folder) == []
    assert fetch(database, "select count(*) from one.a") == [(1,)]


def test_both_sides_of_a_silent_connection_give_signs_of_life(database):
    names = ("idle", "interval", "count")
    asked = ", ".join(f"current_setting('tcp_keepalives_{name}')" for name in names)
    assert fetch(database, f"select {asked}") == [("60", "10", "6")]
    with warehouse.connect(f"{database}?keepalives_idle=300") as connection:
        own = connection.info.get_parameters()
    assert (own["keepalives_idle"], own["keepalives_interval"]) == ("300", "10")


def test_two_processes_at_once_apply_once(database, folder):
    applied: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: applied.append(warehouse.migrate(database, folder)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, applied)) == [0, 0, 0, 2]
    assert fetch(database, "select count(*) from one.a") == [(1,)]


def test_a_changed_migration_is_refused(database, folder):
    warehouse.migrate(database, folder)
    (folder / "0002_second.sql").write_text("insert into one.a values (2);")
    with pytest.raises(WarehouseError, match="0002_second was changed after it had been applied"):
        warehouse.migrate(database, folder)


def test_a_failing_migration_leaves_nothing_and_names_itself(database, folder):
    (folder / "0003_third.sql").write_text("create table one.b (x integer); select 1 / 0;")
    with pytest.raises(WarehouseError, match="0003_third: division by zero"):
        warehouse.migrate(database, folder)
    assert fetch(database, "select to_regclass('one.b')") == [(None,)]
    assert fetch(database, "select max(version) from public.schema_migrations") == [(2,)]


def test_community_features_wait_for_their_licence(database, folder, caplog):
    (folder / "0003_third.sql").write_text("-- requires: timescale\ncreate table one.c ();")
    with caplog.at_level("INFO"):
        warehouse.migrate(database, folder)
    assert fetch(database, "select to_regclass('one.c')") == [(None,)]
    waiting = [line for line in caplog.messages if "waits for timescaledb.license" in line]
    assert waiting == ["third waits for timescaledb.license = timescale"]


@pytest.mark.parametrize("name", ["first.sql", "1st_x.sql"])
def test_a_migration_needs_a_number(tmp_path, name):
    (tmp_path / name).write_text("select 1")
    with pytest.raises(WarehouseError, match="NNNN_"):
        warehouse.read_migrations(tmp_path)


def test_two_migrations_with_one_number_are_refused(folder):
    (folder / "0002_other.sql").write_text("select 1")
    with pytest.raises(WarehouseError, match="same number"):
        warehouse.read_migrations(folder)


def test_a_session_has_its_role_and_utc(warehouse_dsn):
    with warehouse.connect(warehouse_dsn, role="loader") as connection:
        row = connection.execute("select current_user, current_setting('timezone')").fetchone()
    assert row == ("loader", "UTC")


def test_the_loader_cannot_touch_other_layers(warehouse_dsn):
    with (
        warehouse.connect(warehouse_dsn, role="loader") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("create table agg.mine (x integer)")


def test_an_unreachable_server_is_told_in_one_line_without_the_password():
    with pytest.raises(WarehouseError) as raised:
        warehouse.connect("postgresql://vitals:secret@127.0.0.1:1/vitals")
    message = str(raised.value)
    assert message.startswith("cannot open the warehouse 127.0.0.1:1/vitals")
    assert "\n" not in message
    assert "secret" not in message


def test_every_raw_column_has_a_comment(warehouse_dsn):
    query = """
        select c.table_name || '.' || c.column_name
        from information_schema.columns as c
        where c.table_schema = 'raw' and c.table_name not like '\\_dlt%'
          and col_description(
              format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position
          ) is null
    """
    assert fetch(warehouse_dsn, query) == []


def test_hypertables_have_no_index_but_their_key(warehouse_dsn):
    """Or one that costs a write nothing: BRIN keeps two values for each block of pages."""
    query = """
        select t.hypertable_name, count(*)
        from timescaledb_information.hypertables as t
        inner join pg_indexes as i
            on i.schemaname = t.hypertable_schema and i.tablename = t.hypertable_name
        where t.hypertable_schema = 'raw' and i.indexdef not like '% USING brin %'
        group by 1 order by 1
    """
    indexes = dict(fetch(warehouse_dsn, query))
    assert {"iot__heart_rates", "google_health__heart_rate", "garmin__sleep"} <= indexes.keys()
    assert {name: count for name, count in indexes.items() if count != 1} == {}
