"""What a provider's terms allow to keep, <PROVIDER>__RETENTION_DAYS -> older rows of raw go.

Rows go as if the source did not state them any more: their days are touched, so that what was made
of them downstream goes, too. An account that is not read any more is treated alike.
"""

import logging
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg

from vitals import settings
from vitals.load.account_days import DaysRead
from vitals.load.account_plan import newest_time_zone
from vitals.load.books import Books
from vitals.load.summary import LoadSummary
from vitals.load.tables import load_sql
from vitals.load.window_job import empty_days
from vitals.progress import Progress
from vitals.sources import api_providers
from vitals.sources._api.spec import ApiSpec, DateWindow, Fetched, Resource

log = logging.getLogger(__name__)

LOCK_WAIT_SECONDS = 60.0
# A local day ends by then after its UTC day; a recording may go on for two days.
LATEST = timedelta(days=3)


def forget_expired(
    warehouse_dsn: str,
    provider: str,
    account_id: str,
    is_read: bool,
    run_id: str | None = None,
    progress: Progress = log.info,
    now: datetime | None = None,
) -> LoadSummary:
    """Delete what may not be kept of an account; nothing where the provider sets no end.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        provider: name of the provider.
        account_id: "<provider>:<participant>".
        is_read: whether the account is still connected; else its newest profile goes, too.
        run_id: what raw.loads says made the loads.
        progress: called with one line for each table.
        now: the present instant, for tests.

    Raises:
        AnotherRunError: a run of the account did not end in time.
        WarehouseError: the warehouse cannot be reached.
    """
    summary = LoadSummary("window", run_id)
    values = settings.load()
    days = values.apis[provider].retention_days
    if days is None:
        return summary
    spec = api_providers()[provider]
    with Books.open(warehouse_dsn, provider, LOCK_WAIT_SECONDS, account_id) as books:
        zone = newest_time_zone(books.connection, provider, account_id)
        today = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone or values.default_time_zone))
        sweep = _Sweep(books, spec, account_id, today.date() - timedelta(days=days), is_read)
        for resource in spec.resources:
            if resource.keeps == "days":
                sweep.forget_days(resource, summary, progress)
            else:
                sweep.forget_versions(resource)
        sweep.forget_rejected()
    return summary


class _Sweep:
    """Deletes what lies before the first day that may be kept."""

    def __init__(
        self, books: Books, spec: ApiSpec, account_id: str, first_kept: date, is_read: bool
    ) -> None:
        self._books, self._spec, self._first_kept = books, spec, first_kept
        self._values = {
            "source": spec.name,
            "account_id": account_id,
            "first_kept": first_kept,
            "is_read": is_read,
        }

    def forget_days(self, resource: Resource, summary: LoadSummary, progress: Progress) -> None:
        table = self._spec.table(resource)
        oldest = self._execute("oldest_day", table=table, before=self._before(resource)).fetchone()
        if oldest is None or oldest[0] is None:
            return
        window = DateWindow(oldest[0], self._first_kept - timedelta(days=1))
        days = (window.first, window.last)
        books = self._books
        load_id = books.start(resource.name, summary.mode, (None, None), summary.run_id, days)
        empty_days(books.connection, table, load_id, *days)
        nothing = DaysRead.of(resource, window, Fetched())
        summary.add(load_id, nothing, books.finish(load_id, nothing))
        progress(f"{resource.name} {window.first} to {window.last}: may not be kept, deleted")

    def _before(self, resource: Resource) -> str:
        """No row of a day is later than this, whatever its zone."""
        if resource.time is None:
            return ""
        last = datetime.combine(self._first_kept, time(), UTC) + LATEST
        return f"and {resource.time} < timestamptz '{last.isoformat()}'"

    def forget_versions(self, resource: Resource) -> None:
        self._execute(
            "forget_versions",
            table=self._spec.table(resource),
            later_key=", ".join(f"later.{name}" for name in resource.key),
            stored_key=", ".join(f"stored.{name}" for name in resource.key),
        )

    def forget_rejected(self) -> None:
        self._execute("forget_rejected")

    def _execute(self, name: str, **fragments: str) -> psycopg.Cursor:
        query = load_sql(f"retention/{name}").format(**fragments)
        return self._books.connection.execute(query, self._values)
