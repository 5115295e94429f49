"""monitoring.findings: books and accounts -> what is wrong and what a person has to do about it.

Four kinds, each with a key that stays the same as long as the problem does: a run failed, a source
is stale, a token dies or died, a participant is silent.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from vitals.accounts.doctor import describe
from vitals.accounts.store import Account, list_accounts
from vitals.monitoring.books import Books, FailedDag, Source, open_books
from vitals.monitoring.settings import MonitoringSettings

# In the order in which they are told, with the heading of each.
KINDS = {
    "failed": "Failed runs",
    "stale": "Stale sources",
    "token": "Accounts to connect again",
    "silent": "Silent participants",
}


@dataclass(frozen=True)
class Finding:
    """One problem.

    Attributes:
        kind: one of KINDS.
        key: the same as long as the problem lasts.
        subject: what is wrong, in one line.
        remedy: what to do; may be a command.
    """

    kind: str
    key: str
    subject: str
    remedy: str


def find_problems(dsn: str, monitoring: MonitoringSettings) -> list[Finding]:
    """All problems of the warehouse, the most urgent kind first.

    Raises:
        WarehouseError: the warehouse cannot be reached.
    """
    accounts = list_accounts(dsn)
    with open_books(dsn) as books:
        return problems_in(books, books.sources(), accounts, monitoring)


def problems_in(
    books: Books, sources: list[Source], accounts: list[Account], monitoring: MonitoringSettings
) -> list[Finding]:
    """The same for who has read sources and accounts already."""
    return [
        *_failed(books.failed_dags()),
        *_stale(sources),
        *_tokens(accounts),
        *_silent(books, monitoring),
    ]


def _failed(dags: list[FailedDag]) -> Iterator[Finding]:
    for dag in dags:
        times = "failed" if dag.runs_failed == 1 else f"failed {dag.runs_failed} times"
        yield Finding(
            "failed",
            # Another error of the same DAG is news; the same one with other figures is not.
            f"failed:{dag.dag_id}:{_mark(dag.last_reason)}",
            f"{dag.dag_id} {times}, last at {dag.last_failed_at:%Y-%m-%d %H:%M} UTC "
            f"in {dag.last_task_id}: {dag.last_reason}",
            "mend what it says, then clear the failed tasks in Airflow; nothing is loaded twice",
        )


def _stale(sources: list[Source]) -> Iterator[Finding]:
    for source in sources:
        if source.state not in ("stale", "overdue"):
            continue
        since = "ever" if source.silent_for is None else f"for {age(source.silent_for)}"
        why = f"; its last load failed: {source.last_error}" if source.last_error else ""
        yield Finding(
            "stale",
            f"{source.state}:{source.source}",  # what becomes overdue is told again
            f"{source.source} has brought nothing new {since}{why}",
            f"see whether {extract_dag(source.source)} is switched on, and what its log says",
        )


def _tokens(accounts: list[Account]) -> Iterator[Finding]:
    for account in accounts:
        if account.state == "active" or account.is_disconnected:
            continue
        found = describe(account, None)
        yield Finding(
            "token",
            f"token:{account.account_id}:{account.state}",
            f"{account.account_id}: {found.problem}",
            found.remedy,
        )


def _silent(books: Books, monitoring: MonitoringSettings) -> Iterator[Finding]:
    silent = books.silent_participants(monitoring.silent_days, monitoring.forgotten_days)
    for participant in silent:
        name = participant.participant_id
        yield Finding(
            "silent",
            f"silent:{name}",
            f"{name}: no data for {participant.silent_days} days, "
            f"the last is of {participant.last_date}",
            "ask whether the watch is worn, charged and synced",
        )


def extract_dag(source: str) -> str:
    """The DAG that reads a source regularly."""
    return "iot_master_dag" if source == "iot" else f"{source}_raw_extract"


def age(span: timedelta) -> str:
    """How long ago, as people say it: minutes, hours or days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    hours = minutes // 60
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"


def _mark(reason: str) -> str:
    return hashlib.sha256(re.sub(r"\d+", "#", reason).encode()).hexdigest()[:8]
