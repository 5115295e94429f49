"""Gaps of accounts -> raw.<provider>__*: older days that were never read, once the new ones are."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import psycopg
import requests

from vitals import settings, warehouse
from vitals.lake.store import Lake
from vitals.load.account_gaps import Gap, GapReader, find_gaps
from vitals.load.account_plan import newest_time_zone
from vitals.load.account_run import AccountRun
from vitals.load.summary import LoadSummary
from vitals.sources import api_providers
from vitals.sources._api.spec import ApiSpec, Resource

log = logging.getLogger(__name__)


def accounts_with_gaps(
    warehouse_dsn: str,
    provider: str,
    account_ids: Sequence[str],
    resources: Sequence[str] | None = None,
    now: datetime | None = None,
) -> list[str]:
    """Which of some accounts have days to fill, in the order in which they were given.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        provider: name of the provider.
        account_ids: accounts, "<provider>:<participant>".
        resources: which ones; all unless given.
        now: the present instant, for tests.

    Raises:
        WarehouseError: the warehouse cannot be reached.
    """
    spec = api_providers()[provider]
    # Where the day is another one for somebody, their own run knows better.
    today = (now or datetime.now(UTC)).astimezone(UTC).date()
    with warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection:
        gaps = _gaps(connection, spec, account_ids, _chosen(spec, resources), today)
    return [account_id for account_id in account_ids if account_id in gaps]


def fill_gaps(
    warehouse_dsn: str,
    provider: str,
    account_id: str,
    session: requests.Session,
    resources: Sequence[str] | None = None,
    run_id: str | None = None,
    progress: Callable[[str], None] = log.info,
    now: datetime | None = None,
    lake: Lake | None = None,
) -> LoadSummary:
    """Read the days of one account that were never read, newest first.

    Safe to kill and to repeat: what was written is not asked for again. A limit that is reached
    ends the run, a resource that fails is left for the next one; `problems` of the summary and
    raw.loads name both.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        provider: name of the provider.
        account_id: "<provider>:<participant>".
        session: from `vitals.accounts`, with the reserve that new days need.
        resources: which ones; all unless given.
        run_id: what raw.loads says made the load.
        progress: called with one line for each load.
        now: the present instant, for tests.
        lake: where the answers are kept as delivered; None if they are not.

    Raises:
        As `extract_and_load`.
    """
    spec = api_providers()[provider]
    chosen = _chosen(spec, resources)
    summary = LoadSummary("backfill", run_id)
    with AccountRun.open(
        warehouse_dsn, provider, account_id, session, summary, progress, lake
    ) as run:
        books = run.books.connection
        zone = newest_time_zone(books, provider, account_id) or settings.load().default_time_zone
        today = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone)).date()
        gaps = _gaps(books, spec, [account_id], chosen, today).get(account_id)
        if gaps:
            reader = GapReader(spec.make_client(session, account_id), run.recorder)
            run.write(reader.read(gaps, chosen))
    return summary


def _chosen(spec: ApiSpec, names: Sequence[str] | None) -> list[Resource]:
    return [one for one in spec.resources if not names or one.name in names]


def _gaps(
    connection: psycopg.Connection,
    spec: ApiSpec,
    account_ids: Sequence[str],
    resources: Sequence[Resource],
    today: date,
) -> dict[str, list[Gap]]:
    values = settings.load()
    history_days, kept_days = values.history_days, values.apis[spec.name].retention_days
    return find_gaps(connection, spec, account_ids, resources, history_days, kept_days, today)
