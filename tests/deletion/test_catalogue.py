"""Every table of the warehouse has a known way to the participant whose its rows are."""

import pytest

from vitals import warehouse as connecting
from vitals.deletion import database
from vitals.deletion.catalogue import NOBODYS, tables
from vitals.deletion.errors import DeletionError
from vitals.deletion.identity import Identity
from vitals.deletion.statements import statement


@pytest.mark.slow
def test_every_table_has_a_way(warehouse):
    """Also those that dbt makes: a new model must say whose its rows are."""
    connection = warehouse.connection
    found = {table.name: table for table in tables_of(warehouse.dsn)}
    every = connection.execute(statement("tables")).fetchall()
    assert {row["table_name"] for row in every} == found.keys() | (
        NOBODYS.keys() & {row["table_name"] for row in every}
    )
    assert {"raw.iot__heart_rates", "raw.fitbit__steps", "agg.daily_health"} <= found.keys()


def test_a_new_table_without_a_way_stops_a_deletion(warehouse_dsn):
    with connecting.connect(warehouse_dsn, autocommit=True) as connection:
        connection.execute("create table raw.polar__nights (night_of integer, score real)")
        with pytest.raises(DeletionError, match=r"raw\.polar__nights"):
            tables(connection)
        connection.execute("alter table raw.polar__nights add column account_id text")
        assert "raw.polar__nights" in {table.name for table in tables(connection)}


def test_rows_that_others_need_are_deleted_after_them(warehouse_dsn):
    order = [table.name for table in tables_of(warehouse_dsn)]
    for child, parent in (
        ("raw.load_files", "raw.loads"),
        ("raw.touched_days", "raw.loads"),
        ("raw.export_file_loads", "raw.export_files"),
        ("accounts.tokens", "accounts.accounts"),
    ):
        assert order.index(child) < order.index(parent)


def tables_of(dsn: str):
    with connecting.connect(dsn, autocommit=True) as connection:
        return tables(connection)


def test_tables_of_the_users_own_are_taken_along_as_far_as_their_columns_tell(warehouse_dsn):
    with connecting.connect(warehouse_dsn, autocommit=True) as connection:
        connection.execute("create schema looked_at")
        connection.execute("create table looked_at.iot__steps (like raw.iot__steps)")
        connection.execute("create table looked_at.notes (note text)")
        connection.execute("create table looked_at.numbers (user_id integer)")
        found = {table.name: table.way for table in tables(connection)}
    assert found["looked_at.iot__steps"] == "device"
    assert not found.keys() & {"looked_at.notes", "looked_at.numbers"}


def test_what_went_wrong_is_theirs_if_it_names_them(warehouse_dsn):
    reasons = {
        "p1": ["fitbit:p1 is refused", "nothing came of p1.", "p10 and xp1 and p1_b", "p-1"],
        "ada@x.org": ["garmin:ada@x.org: 403", "garmin:ada@xyorg"],
    }
    texts = [text for found in reasons.values() for text in found]
    with connecting.connect(warehouse_dsn, autocommit=True) as connection:
        connection.execute("insert into quality.runs values ('r', now(), null, now(), 0, 0)")
        for number, text in enumerate(texts):
            values = [str(number), text]
            connection.execute("insert into ops.failed_runs values ('d', %s, 'load', %s)", values)
            connection.execute(
                "insert into quality.results"
                " (run_id, check_name, layer, relation, severity, status, message, seconds)"
                " values ('r', %s, 'raw', 'x', 'warn', 'broken', %s, 1)",
                values,
            )
        counts = {who: database.count(connection, Identity(who)) for who in reasons}
    for table in ("ops.failed_runs", "quality.results"):
        assert {who: rows[table] for who, rows in counts.items()} == {"p1": 2, "ada@x.org": 1}
