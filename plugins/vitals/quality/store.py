"""quality.store: runs and results of the checks <-> quality.runs, quality.results.

A run looks at what was loaded since the last run in which no check failed: rows that were found
are found again until they are mended, and a night costs what is new.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg import sql
from psycopg.rows import class_row

from vitals.quality.results import BROKEN, CheckResult
from vitals.quality.settings import QualitySettings
from vitals.warehouse import INCLUDE_SQL, connect, only_row

# How SQL names an instant before all others; psycopg has none for it.
EVERYTHING = "-infinity"


@dataclass(frozen=True)
class Scope:
    """Which rows a run looks at.

    Attributes:
        after_load: loads after this one; 0 for all.
        last_load: up to this one, the newest that was not still running.
        checked_since: rows of large tables from this instant on, as PostgreSQL writes it.
    """

    after_load: int
    last_load: int
    checked_since: str


@dataclass(frozen=True)
class QualityRun:
    """A run of the checks and how they ended."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    checked_since: str
    after_load: int
    last_load: int
    passed: int
    warned: int
    failed: int
    broken: int


@dataclass(frozen=True)
class Reconciliation:
    """The loads of one source that a run looked at: rows read = loaded + known + rejected."""

    source: str
    loads: int
    loads_failed: int
    rows_read: int
    rows_loaded: int
    rows_superseded: int
    rows_rejected: int
    difference: int


def start_run(dsn: str, run_id: str, everything: bool = False) -> Scope:
    """Note that a run begins, anew if it is tried again; returns what it has to look at."""
    with connect(dsn, role="monitor") as connection:
        cursor = connection.cursor(row_factory=class_row(Scope))
        values = {"run_id": run_id, "everything": everything}
        scope = only_row(cursor.execute(_statement("next_scope"), values))
        connection.execute(_statement("start_run"), {**values, **asdict(scope)})
    return scope


def finish_run(dsn: str, run_id: str, results: Sequence[CheckResult]) -> None:
    """Keep the results of a run."""
    counts = {
        name: sum(one.status == status for one in results)
        for name, status in (
            ("passed", "pass"), ("warned", "warn"), ("failed", "fail"), ("broken", BROKEN),
        )
    }  # fmt: skip
    with connect(dsn, role="monitor") as connection, connection.cursor() as cursor:
        cursor.execute(_statement("forget_results"), {"run_id": run_id})
        rows = [{"run_id": run_id, **asdict(result)} for result in results]
        cursor.executemany(_statement("save_result"), rows)
        cursor.execute(_statement("finish_run"), {"run_id": run_id, **counts})


def tidy(dsn: str, keep: QualitySettings) -> list[str]:
    """Forget old results, and drop the rows of checks that pass again; returns those tables."""
    with connect(dsn, role="monitor") as connection:
        connection.execute(_statement("forget_runs"), {"days": keep.results_days})
    with connect(dsn, role="transformer") as connection:
        query = _statement("tables_of_rows")
        tables = connection.execute(query, {"days": keep.rows_days}).fetchall()
        for name, comment in tables:
            table = sql.Identifier("quality", name)
            if comment is None:
                connection.execute(sql.SQL("drop table {}").format(table))
            else:
                text = sql.Literal(comment)
                connection.execute(sql.SQL("comment on table {} is {}").format(table, text))
    return [name for name, comment in tables if comment is None]


def newest_run(dsn: str, run_id: str | None = None) -> QualityRun | None:
    """A run that was finished: the newest, or the one of that name; None if there is none."""
    with connect(dsn, role="monitor") as connection:
        cursor = connection.cursor(row_factory=class_row(QualityRun))
        return cursor.execute(_statement("newest_run"), {"run_id": run_id}).fetchone()


def read_results(dsn: str, run_id: str) -> list[CheckResult]:
    """The results of a run, what is wrong first."""
    with connect(dsn, role="monitor") as connection:
        cursor = connection.cursor(row_factory=class_row(CheckResult))
        return cursor.execute(_statement("results"), {"run_id": run_id}).fetchall()


def reconcile(dsn: str, run: QualityRun) -> list[Reconciliation]:
    """What became of the rows of the loads that a run looked at, by source."""
    with connect(dsn, role="monitor") as connection:
        cursor = connection.cursor(row_factory=class_row(Reconciliation))
        values = {"after_load": run.after_load, "last_load": run.last_load}
        return cursor.execute(_statement("reconciliation"), values).fetchall()


def _statement(name: str) -> str:
    return (INCLUDE_SQL / "quality" / f"{name}.sql").read_text(encoding="utf-8")
