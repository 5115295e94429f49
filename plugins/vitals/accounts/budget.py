"""budget: a provider's limits -> may the next request be made, counted for all tasks at once.

Counters are rows of accounts.request_windows, one per limit and window; the database's clock says
which window it is. What the headers of answers tell goes before our own count.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import psycopg

from vitals import warehouse
from vitals.accounts.statements import statement
from vitals.sources._api.errors import LimitReachedError
from vitals.sources._api.spec import ApiSpec

log = logging.getLogger(__name__)

Result = TypeVar("Result")

APP = "app"
# A window that ends this soon is waited for; a longer one is left to the next run.
PATIENCE_SECONDS = 60.0


class AccountMeter:
    """Counts the requests of one account; it is `vitals.sources._api.session.Meter`.

    Args:
        dsn: the warehouse.
        spec: the provider, for its limits and headers.
        account_id: whose requests they are.
        patience_seconds: how long `take` may wait for the next window.
        reserve: share of each limit that is left to others, from 0 to 1.
    """

    def __init__(
        self,
        dsn: str,
        spec: ApiSpec,
        account_id: str,
        patience_seconds: float = PATIENCE_SECONDS,
        reserve: float = 0.0,
    ) -> None:
        self._dsn, self._spec = dsn, spec
        self._patience, self._reserve = patience_seconds, reserve
        self._subjects = {
            limit.name: account_id if limit.per == "account" else APP for limit in spec.limits
        }
        self._lock = threading.Lock()
        self._connection: psycopg.Connection | None = None

    def take(self) -> None:
        """Count one request that is about to be made, waiting if the next window begins soon.

        Raises:
            LimitReachedError: it may not be made now, and not soon.
        """
        if not self._spec.limits:
            return
        deadline = time.monotonic() + self._patience
        while refusal := self._refusal():
            assert refusal.resets_at
            pause = (refusal.resets_at - datetime.now(UTC)).total_seconds() + 0.1
            if time.monotonic() + pause > deadline:
                raise refusal
            log.info("%s; waiting %.0f seconds", refusal, pause)
            time.sleep(max(pause, 0.1))

    def note(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer how much is left."""
        for usage in self._spec.read_usage(headers):
            values = {
                "provider": self._spec.name,
                "limit_name": usage.limit,
                "subject": self._subjects[usage.limit],
                "requests": usage.requests,
                "allowed": usage.allowed,
                "resets_in_seconds": usage.resets_in_seconds,
            }
            self._run(partial(_note, values=values))

    def close(self) -> None:
        """Give the database connection back; the next call opens another."""
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    def _refusal(self) -> LimitReachedError | None:
        """Count the request in all windows, or in none and say why."""
        limits = self._spec.limits
        values = {
            "provider": self._spec.name,
            "limits": [limit.name for limit in limits],
            "subjects": [self._subjects[limit.name] for limit in limits],
            "seconds": [limit.seconds for limit in limits],
            "allowed": [limit.requests for limit in limits],
        }
        exceeded = self._run(partial(_count, values=values, reserve=self._reserve))
        if not exceeded:
            return None
        name, requests, allowed, ends = max(exceeded, key=lambda row: row[3])
        kept = "" if requests > allowed else f" but for the {self._reserve:.0%} kept for new days"
        return LimitReachedError(
            f"{self._spec.title}: limit {name} of {allowed} requests is used up{kept} until "
            f"{ends:%Y-%m-%d %H:%M:%S} UTC",
            resets_at=ends,
        )

    def _run(self, work: Callable[[psycopg.Connection], Result]) -> Result:
        """Do something in the database; once more if it was restarted in the meantime."""
        with self._lock:
            try:
                return work(self._open())
            except psycopg.OperationalError:
                return work(self._open())

    def _open(self) -> psycopg.Connection:
        """The connection, a new one if it was lost."""
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = warehouse.connect(self._dsn, role="loader", autocommit=True)
            mine = {"limits": [*self._subjects], "subjects": [*set(self._subjects.values())]}
            self._connection.execute(
                statement("forget_windows"), {"provider": self._spec.name, **mine}
            )
        return self._connection


def _count(connection: psycopg.Connection, values: Mapping[str, Any], reserve: float) -> list[Any]:
    """Count one request; where that would exceed limits these are returned, and none counts."""
    exceeded: list[Any] = []
    with connection.transaction():
        rows = connection.execute(statement("take_request"), values).fetchall()
        exceeded = [row for row in rows if row[1] > row[2] - math.ceil(row[2] * reserve)]
        if exceeded:
            raise psycopg.Rollback
    return exceeded


def _note(connection: psycopg.Connection, values: Mapping[str, Any]) -> None:
    connection.execute(statement("note_usage"), values)
