"""monitoring.books: raw.loads, raw.rejected_records and ops -> what happened, as typed rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row

from vitals.errors import first_line
from vitals.warehouse import INCLUDE_SQL, WarehouseError, connect

Row = TypeVar("Row")
SINCE_REPORT_HOURS = 26  # since the last nightly report, and a little overlap


@dataclass(frozen=True)
class Source:
    """How fresh one source is; the instants are NULL where nothing of the kind ever happened.

    Attributes:
        source: as in raw.loads.
        last_started_at: when a load of it began last.
        last_success_at: when one ended well.
        last_data_at: when one had brought something new.
        newest_sample_at: the newest instant in what the last loads brought.
        resources: how many kinds of data it has.
        failing_resources: of how many the last load failed.
        last_error: what the last of these said.
        is_expected: whether it should bring something all the time.
        stale_after: how long it may bring nothing before that is worth a warning.
        overdue_after: and before it is an error.
        silent_for: how long ago it brought something new; None if it never did.
        state: overdue, stale, failing, fresh, or on demand where nothing is expected.
    """

    source: str
    last_started_at: datetime
    last_success_at: datetime | None
    last_data_at: datetime | None
    newest_sample_at: datetime | None
    resources: int
    failing_resources: int
    last_error: str | None
    is_expected: bool
    stale_after: timedelta
    overdue_after: timedelta
    silent_for: timedelta | None
    state: str


@dataclass(frozen=True)
class Run:
    """What one run loaded of one source; `run_id` is `<dag_id>/<run id of Airflow>`."""

    source: str
    run_id: str | None
    started_at: datetime
    finished_at: datetime | None
    loads: int
    accounts: int
    loads_failed: int
    loads_skipped: int
    loads_running: int
    rows_read: int
    rows_loaded: int
    rows_superseded: int
    rows_rejected: int
    error: str | None


@dataclass(frozen=True)
class FailedLoads:
    """Loads of one source that failed lately, each the last failure of its resource and account.

    Attributes:
        source: as in raw.loads.
        loads: how many.
        not_made_good: of how many no later load is done.
        last_failed_at: when the last of them ended.
        tried_again_at: when one of them was tried again last; None if none was.
        last_error: what the last of them said.
    """

    source: str
    loads: int
    not_made_good: int
    last_failed_at: datetime
    tried_again_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class Rejection:
    """Records that were refused for the same reason."""

    source: str
    resource: str
    field: str | None
    for_example: str
    records: int
    rows_kept: int
    first_rejected_at: datetime
    last_rejected_at: datetime


@dataclass(frozen=True)
class FailedDag:
    """A DAG with runs that failed lately."""

    dag_id: str
    runs_failed: int
    last_run_id: str
    last_task_id: str
    last_reason: str
    last_failed_at: datetime


@dataclass(frozen=True)
class SilentParticipant:
    """A participant whose data has stopped, and for how many whole days."""

    participant_id: str
    last_date: Any
    silent_days: int


class Books:
    """The books over one connection, as role `monitor`, which sees no identifiers or payloads."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Remembers the connection."""
        self._connection = connection

    def sources(self) -> list[Source]:
        """All sources that were ever read."""
        return self._rows(Source, "source_freshness")

    def runs(self, days: int = 7, runs: int = 20) -> list[Run]:
        """The newest runs that loaded something, newest first."""
        return self._rows(Run, "recent_runs", days=days, runs=runs)

    def failed_loads(self, hours: int = SINCE_REPORT_HOURS) -> list[FailedLoads]:
        """Sources with loads that failed, whether or not they were made again since."""
        return self._rows(FailedLoads, "failed_loads", hours=hours)

    def rejections(self, records: int = 100_000, reasons: int = 20) -> list[Rejection]:
        """Why the newest records were refused."""
        return self._rows(Rejection, "rejected_by_reason", records=records, reasons=reasons)

    def failed_dags(self, hours: int = SINCE_REPORT_HOURS) -> list[FailedDag]:
        """DAGs with failed runs."""
        return self._rows(FailedDag, "failed_runs", hours=hours)

    def silent_participants(self, silent_days: int, forgotten_days: int) -> list[SilentParticipant]:
        """Participants without data; none before the first day was aggregated."""
        try:
            with self._connection.transaction():
                return self._rows(
                    SilentParticipant,
                    "silent_participants",
                    silent_days=silent_days,
                    forgotten_days=forgotten_days,
                )
        except psycopg.errors.UndefinedTable:
            return []

    def _rows(self, kind: type[Row], name: str, **values: Any) -> list[Row]:
        cursor = self._connection.cursor(row_factory=class_row(kind))
        return cursor.execute(statement(name), values).fetchall()


@contextmanager
def open_books(dsn: str) -> Iterator[Books]:
    """The books of a warehouse.

    Raises:
        WarehouseError: it cannot be reached, or was not migrated.
    """
    with connect(dsn, role="monitor") as connection:
        try:
            yield Books(connection)
        except psycopg.Error as error:
            raise WarehouseError(f"the books cannot be read: {first_line(error)}") from error


def note_failed_run(dsn: str, dag_id: str, run_id: str, task_id: str, reason: str) -> None:
    """Remember that a task of a run failed for good."""
    with connect(dsn, role="monitor") as connection:
        values = {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "reason": reason}
        connection.execute(statement("note_failed_run"), values)
        connection.execute(statement("forget_failed_runs"))


def statement(name: str) -> str:
    """SQL of include/sql/ops."""
    return (INCLUDE_SQL / "ops" / f"{name}.sql").read_text(encoding="utf-8")


def utc_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)
