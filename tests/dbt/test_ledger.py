"""agg.participant_day: what was expected, what came, and why something is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg.types.json import Jsonb
from tests.clock import avoid_midnight
from tests.dbt.warehouse import Warehouse

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def one_day() -> None:
    """No midnight lies between the rows of a test and its questions."""
    avoid_midnight(margin=240)


def today() -> date:
    return datetime.now(UTC).date()


def day(ago: int) -> date:
    return today() - timedelta(days=ago)


def minutes(ago: int, count: int, value: float) -> list[tuple[str, float]]:
    return [(f"{day(ago)} {m // 60:02}:{m % 60:02}", value) for m in range(count)]


def states(warehouse: Warehouse, participant: str, metric: str) -> dict[int, str]:
    """States by how many days ago."""
    rows = warehouse.connection.execute(
        "select local_date, state from agg.participant_day"
        " where participant_id = %s and metric = %s",
        [participant, metric],
    )
    return {(today() - row["local_date"]).days: row["state"] for row in rows}


def account(
    warehouse: Warehouse, participant: str, state: str, read: tuple[int, int] | None = None
) -> str:
    """An account connected six days ago, and read from and until so many days ago."""
    account_id = f"google_health:{participant}"
    warehouse.connection.execute(
        "insert into accounts.accounts (account_id, provider, participant_id, state, connected_at)"
        " values (%s, 'google_health', %s, %s, %s)",
        [account_id, participant, state, datetime.now(UTC) - timedelta(days=6)],
    )
    if read:
        position = {"read_from": str(day(read[0])), "complete_until": str(day(read[1]))}
        warehouse.connection.execute(
            "insert into raw.cursors (source, resource, account_id, position, load_id)"
            " values ('google_health', 'heart_rate', %s, %s, %s)",
            [account_id, Jsonb(position), account_load(warehouse, account_id, "done")],
        )
    return account_id


def account_load(
    warehouse: Warehouse, account_id: str, status: str, cause: str | None = None
) -> int:
    load_id = warehouse.load("heart_rate", status, "google_health")
    warehouse.connection.execute(
        "update raw.loads set account_id = %s, cause = %s where load_id = %s",
        [account_id, cause, load_id],
    )
    return load_id


@pytest.fixture
def watch(warehouse) -> Warehouse:
    """A watch that was worn long, shortly, not at all, shortly, and then did not sync."""
    warehouse.users({"user_id": "p1", "devices": ["d1"], "seen_at": datetime.now(UTC)})
    warehouse.heart_rates("d1", *minutes(5, 600, 60), *minutes(4, 599, 60), *minutes(2, 10, 60))
    warehouse.steps("d1", *minutes(5, 3, 20))
    warehouse.sleeps("d1", (f"{day(6)} 23:00", f"{day(5)} 07:00"))
    warehouse.transform()
    return warehouse


def test_a_day_without_data_was_not_worn_or_is_not_synced(watch):
    assert states(watch, "p1", "heart_rate") == {
        5: "complete", 4: "partial", 3: "not_worn", 2: "partial", 1: "not_synced",
    }  # fmt: skip
    nothing = {4: "not_worn", 3: "not_worn", 2: "not_synced", 1: "not_synced"}
    assert states(watch, "p1", "steps") == {5: "complete", **nothing}
    assert states(watch, "p1", "sleep") == {5: "complete", **nothing}


def test_what_was_expected_and_received(watch):
    found = watch.rows(
        "select * from agg.participant_day where source is not null order by local_date, metric"
    )
    columns = ("metric", "expected_minutes", "received_minutes", "received_samples")
    assert [tuple(row[column] for column in columns) for row in found] == [
        ("heart_rate", 1440, 600, 600),
        ("sleep", None, 480, 1),
        ("steps", 1440, 3, 3),
        ("heart_rate", 1440, 599, 599),
        ("heart_rate", 1440, 10, 10),
    ]
    assert (found[2]["first_ts"], found[2]["last_ts"]) == tuple(
        datetime(day(5).year, day(5).month, day(5).day, 0, minute, tzinfo=UTC) for minute in (0, 2)
    )


def test_late_data_changes_the_days_that_were_given_up(watch):
    watch.heart_rates("d1", *minutes(3, 700, 70), *minutes(0, 1, 70))
    watch.transform()
    assert states(watch, "p1", "heart_rate") == {
        5: "complete", 4: "partial", 3: "complete", 2: "partial", 1: "not_worn", 0: "partial",
    }  # fmt: skip


def test_a_load_that_fails_is_the_reason(watch):
    watch.load("heart_rates", "failed")
    assert states(watch, "p1", "heart_rate")[1] == "load_failed"
    assert states(watch, "p1", "steps")[1] == "not_synced"


def test_days_outside_the_dates_of_the_study(watch):
    watch.connection.execute(
        "insert into api.study_members values ('sleep', 'p1', default, %s, %s)", [day(8), day(3)]
    )
    assert states(watch, "p1", "heart_rate") == {
        8: "not_requested", 7: "not_requested", 6: "not_requested",
        5: "complete", 4: "partial", 3: "not_worn", 2: "outside_study_window",
    }  # fmt: skip
    [row] = watch.rows("select * from agg.participant_day where state = 'outside_study_window'")
    assert (row["expected_minutes"], row["received_minutes"]) == (0, 10)


# State of the account, newest load, its cause; and what is said of yesterday.
REASONS = [
    ("active", "done", None, "not_synced"),
    ("active", "failed", "provider_error", "provider_error"),
    ("active", "skipped", "rate_limited", "rate_limited"),
    ("active", "skipped", "not_granted", "not_granted"),
    ("active", "failed", "token_dead", "token_dead"),
    ("active", "failed", None, "load_failed"),
    ("active", "interrupted", None, "load_failed"),
    ("needs_consent", "done", None, "token_dead"),
    ("expired", "done", None, "token_dead"),
    ("revoked", "done", None, "consent_withdrawn"),
]


def test_why_days_of_an_account_are_missing(warehouse):
    for number, (account_state, status, cause, _) in enumerate(REASONS):
        account_id = account(warehouse, f"p{number}", account_state, read=(4, 2))
        account_load(warehouse, account_id, status, cause)
    account(warehouse, "unread", "active")

    for number, (*_, reason) in enumerate(REASONS):
        # What was read whole had nothing to read.
        assert states(warehouse, f"p{number}", "heart_rate") == {
            4: "not_worn", 3: "not_worn", 2: "not_worn", 1: reason,
        }, REASONS[number]  # fmt: skip
    assert set(states(warehouse, "unread", "heart_rate").values()) == {"not_requested"}


def test_a_backfill_makes_days_known_and_says_nothing_of_new_ones(warehouse):
    account_id = account(warehouse, "p1", "active", read=(3, 2))
    warehouse.connection.execute(
        "insert into api.study_members values ('sleep', 'p1', default, %s)", [day(9)]
    )
    read = {3: "not_worn", 2: "not_worn", 1: "not_synced"}
    missing = dict.fromkeys(range(4, 10), "not_requested")
    assert states(warehouse, "p1", "heart_rate") == missing | read

    for mode, status, first, last in [
        ("backfill", "done", 5, 4),
        ("backfill", "failed", 6, 6),
        ("backfill", "skipped", 8, 8),
        # Asked for by hand, but at a time at which the provider could still restate it.
        ("window", "done", 9, 9),
    ]:
        load_id = account_load(warehouse, account_id, status, "provider_error")
        warehouse.connection.execute(
            "update raw.loads set mode = %s, first_date = %s, last_date = %s,"
            " started_at = now() - interval '3 days' where load_id = %s",
            [mode, day(first), day(last), load_id],
        )
    filled = {5: "not_worn", 4: "not_worn"}
    assert states(warehouse, "p1", "heart_rate") == missing | filled | read
    assert set(states(warehouse, "p1", "steps").values()) == {"not_requested"}


def test_of_several_sources_any_that_knows_decides(watch):
    account(watch, "p1", "needs_consent", (4, 2))
    found = states(watch, "p1", "heart_rate")
    assert (found[3], found[1]) == ("not_worn", "token_dead")
