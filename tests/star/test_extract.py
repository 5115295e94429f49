"""Every insert, update and delete of the operational database becomes a version, once."""

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.killing import started
from tests.waiting import wait_until

from vitals import warehouse
from vitals.load import oltp
from vitals.load.oltp_versions import MassDeletionError
from vitals.load.summary import LoadSummary
from vitals.operational_settings import READER, OperationalTarget
from vitals.sources.oltp.reader import OperationalDatabaseError
from vitals.synthetic import operational
from vitals.synthetic.operational import Change

NEWEST = """
    select distinct on (user_id) * from raw.oltp__users order by user_id, load_id desc
"""


class Rig:
    """An operational database in a schema of the warehouse, as by default."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.target = OperationalTarget(dsn, role=READER)
        self.connection = psycopg.connect(
            dsn, autocommit=True, row_factory=psycopg.rows.dict_row, options="-c timezone=UTC"
        )
        operational.create_schema(self.connection)

    def extract(self, mode: str = "incremental", **arguments: Any) -> LoadSummary:
        summary = oltp.extract_and_load(self.dsn, self.target, mode, progress=str, **arguments)
        wrong = self.rows(
            "select * from raw.loads where status = 'done'"
            " and rows_read <> rows_loaded + rows_rejected + rows_superseded"
        )
        assert wrong == []
        return summary

    def added(self, mode: str = "incremental", **arguments: Any) -> tuple[int, int]:
        """Versions of users and activities that a run adds."""
        found = self.extract(mode, **arguments).resources
        return found["users"]["rows_loaded"], found["activities"]["rows_loaded"]

    def rows(self, query: str, values: Any = None) -> list[dict[str, Any]]:
        return self.connection.execute(query, values).fetchall()

    def put(self, user_id: str, **values: Any) -> None:
        now = datetime.now(UTC)
        row = {
            "user_id": user_id, "gender": None, "date_of_birth": None, "height_cm": None,
            "weight_kg": None, "city": "Oslo", "region": None, "country_code": "NO",
            "created_at": now, "updated_at": now, **values,
        }  # fmt: skip
        operational.apply(self.connection, [Change("user", user_id, row)])

    def agrees(self) -> bool:
        """Whether the newest versions are what the database holds now."""
        state = operational.read_state(self.connection)
        stored = {row["user_id"]: row for row in self.rows(NEWEST) if not row["is_deleted"]}
        return stored.keys() == state.users.keys() and all(
            {name: stored[key][name] for name in row} == row for key, row in state.users.items()
        )


@pytest.fixture
def rig(warehouse_dsn) -> Rig:
    made = Rig(warehouse_dsn)
    yield made
    made.connection.close()


@pytest.mark.slow
def test_the_log_is_the_history(rig):
    """Of synthetic changes, what was there at each run is known from the seed."""
    state = operational.State({}, {})
    wanted: list[tuple[str, Any]] = []
    changes = operational.first_rows(1, 6)
    for round_number in range(3):
        if round_number:
            begin = datetime(2026, 1, round_number, tzinfo=UTC)
            instants = [begin + timedelta(hours=hour) for hour in range(8)]
            changes = operational.draw_changes(round_number, _copy(state), instants)
        before = dict(state.users)
        for change in changes:
            state.apply(change)
        operational.apply(rig.connection, changes)
        wanted += [
            (key, row and (row["updated_at"], row["city"], row["weight_kg"]))
            for key in sorted(before.keys() | state.users.keys())
            if (row := state.users.get(key)) != before.get(key)
        ]
        rig.extract()
    log = rig.rows("select * from raw.oltp__users order by load_id, user_id")
    assert len(log) > 12 and any(row["is_deleted"] for row in log)
    assert [
        (
            row["user_id"],
            None if row["is_deleted"] else (row["updated_at"], row["city"], row["weight_kg"]),
        )
        for row in log
    ] == wanted
    assert rig.agrees()
    assert len(rig.rows("select * from raw.oltp__activities")) >= 15


@pytest.mark.slow
def test_nothing_new_adds_nothing(rig):
    operational.fill(rig.connection, 1, 4)
    assert rig.added() == (4, 15)
    assert rig.added() == (0, 0)
    assert rig.added("full") == (0, 0)
    touched = rig.rows("select resource, subject_id from raw.touched_days")
    assert len(touched) == 19


@pytest.mark.slow
def test_a_change_that_commits_late_is_seen(rig):
    rig.put("u1")
    began = datetime.now(UTC) - timedelta(minutes=50)
    with psycopg.connect(rig.dsn) as slow:
        slow.execute(
            "insert into oltp.users (user_id, email, updated_at) values ('u2', '', %s)", [began]
        )
        slow.execute(
            "update oltp.users set city = 'Rome', updated_at = %s where user_id = 'u1'", [began]
        )
        assert rig.added()[0] == 1
        slow.commit()
    assert rig.added()[0] == 2
    assert rig.agrees()


@pytest.mark.slow
def test_a_row_that_comes_with_an_old_time_is_seen(rig):
    rig.put("u1")
    rig.extract()
    old = datetime(2020, 1, 1, tzinfo=UTC)
    rig.put("u2", created_at=old, updated_at=old)
    assert rig.added()[0] == 1
    # An old time on a row that is known is for a full run.
    rig.put("u1", city="Rome", created_at=old, updated_at=old)
    assert rig.added()[0] == 0
    assert rig.added("full")[0] == 1
    assert rig.agrees()


@pytest.mark.slow
def test_who_goes_and_comes_back_has_three_versions(rig):
    rig.put("u1")
    rig.put("u2")
    rig.extract()
    rig.connection.execute("delete from oltp.users where user_id = 'u1'")
    before = datetime.now(UTC)
    assert rig.added()[0] == 1
    assert rig.added()[0] == 0
    rig.put("u1")
    assert rig.added()[0] == 1
    log = rig.rows("select * from raw.oltp__users where user_id = 'u1' order by load_id")
    assert [row["is_deleted"] for row in log] == [False, True, False]
    assert before <= log[1]["updated_at"] <= log[2]["updated_at"] and log[1]["city"] is None


@pytest.mark.slow
def test_most_of_a_table_does_not_go_unasked(rig):
    operational.fill(rig.connection, 1, 24)
    rig.extract()
    rig.connection.execute("delete from oltp.users where user_id > 'p0003'")
    with pytest.raises(MassDeletionError, match="21 of 24 users are gone"):
        rig.extract()
    assert rig.rows("select * from raw.oltp__users where is_deleted") == []
    assert rig.rows("select status from raw.loads order by load_id desc")[0]["status"] == "failed"
    assert rig.added(accept_deletions=True)[0] == 21


@pytest.mark.slow
def test_bad_rows_are_refused_with_a_reason(rig):
    future = datetime.now(UTC) + timedelta(days=9)
    rig.put("good")
    rig.put("late", updated_at=future)
    rig.put(" ")
    rig.put(
        "odd",
        country_code="Norway",
        height_cm=17.5,
        weight_kg=float("nan"),
        date_of_birth=date(1823, 1, 1),
        created_at=future,
    )
    rig.connection.execute("alter table oltp.users alter column updated_at drop not null")
    rig.connection.execute(
        "insert into oltp.users (user_id, email, updated_at, date_of_birth) values"
        " ('n', '', null, null), ('endless', '', 'infinity', null),"
        " ('roman', '', now(), '0044-03-15 BC')"
    )
    for _ in range(2):
        rig.extract()
    assert rig.rows("select user_id, height_cm from raw.oltp__users order by 1") == [
        {"user_id": "good", "height_cm": None},
        {"user_id": "odd", "height_cm": None},
        {"user_id": "roman", "height_cm": None},
    ]
    refused = rig.rows(
        "select record_id, field, row_kept from raw.rejected_records order by record_id, field"
    )
    assert [tuple(row.values()) for row in refused] == [
        (" ", "user_id", False),
        ("endless", "updated_at", False),
        ("late", "updated_at", False),
        ("n", "updated_at", False),
        *[("odd", field, True) for field in (
            "country_code", "created_at", "date_of_birth", "height_cm", "weight_kg"
        )],
        ("roman", "date_of_birth", True),
    ]  # fmt: skip
    # None of them has moved the cursor, or counts as gone.
    rig.put("next")
    assert rig.added()[0] == 1


@pytest.mark.slow
def test_a_run_that_is_killed_is_completed_by_the_next(rig):
    chance = random.Random(7)
    operational.fill(rig.connection, 1, 12)
    for number in range(3):
        begin = datetime.now(UTC) - timedelta(seconds=30)
        instants = [begin + timedelta(seconds=second) for second in range(6)]
        state = operational.read_state(rig.connection)
        operational.apply(rig.connection, operational.draw_changes(number, state, instants))
        run = started(oltp.extract_and_load, rig.dsn, rig.target)
        wait_until(lambda run=run: _running(rig) or not run.is_alive())
        time.sleep(chance.uniform(0, 1.2))
        run.kill()
        run.join()
    rig.extract()
    assert rig.agrees()
    assert rig.added() == (0, 0)
    again = rig.rows(
        "select user_id from (select user_id, lag((is_deleted, updated_at, city, weight_kg)) over"
        " (partition by user_id order by load_id) as before, (is_deleted, updated_at, city,"
        " weight_kg) as now from raw.oltp__users) as versions where before = now"
    )
    assert again == []


def test_the_reader_sees_no_addresses_and_changes_nothing(rig):
    with warehouse.connect(rig.dsn, role=READER, autocommit=True) as connection:
        for forbidden in (
            "select email from oltp.users",
            "delete from oltp.users",
            "select * from raw.oltp__users",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


def test_a_database_that_does_not_answer_is_told_in_one_line(rig):
    rig.target = OperationalTarget("postgresql://app:secret@127.0.0.1:1/app")
    with pytest.raises(OperationalDatabaseError, match=r"^cannot read 127.0.0.1:1/app: .*refused"):
        rig.extract()


def _running(rig: Rig) -> bool:
    return bool(rig.rows("select from raw.loads where status = 'running'"))


def _copy(state: operational.State) -> operational.State:
    return operational.State(dict(state.users), dict(state.activities))
