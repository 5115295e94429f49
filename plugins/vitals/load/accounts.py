"""One account of a provider -> raw.<provider>__*: the run that the orchestration calls."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime

import requests

from vitals import settings
from vitals.lake.store import Lake
from vitals.load.account_plan import newest_time_zone
from vitals.load.account_reader import AccountReader
from vitals.load.account_run import AccountRun
from vitals.load.summary import LoadSummary
from vitals.progress import Progress
from vitals.sources import api_providers

log = logging.getLogger(__name__)


def extract_and_load(
    warehouse_dsn: str,
    provider: str,
    account_id: str,
    session: requests.Session,
    granted_scopes: Sequence[str] | None = None,
    resources: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
    run_id: str | None = None,
    progress: Progress = log.info,
    now: datetime | None = None,
    lake: Lake | None = None,
) -> LoadSummary:
    """Read one account: what is new and what may have been restated, or a range of days.

    Safe to repeat and to run twice at once: the second run waits for the first.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        provider: name of the provider.
        account_id: "<provider>:<participant>".
        session: from `vitals.accounts`: adds tokens, keeps limits, tries again.
        granted_scopes: what the user has granted; None if it is not known.
        resources: which ones; all unless given.
        start: first local day of a range; the begin of the history unless given.
        end: last local day of the range; today unless given.
        run_id: what raw.loads says made the load.
        progress: called with one line for each load.
        now: the present instant, for tests.
        lake: where the answers are kept as delivered; None if they are not.

    Returns:
        What was read and written; `problems` names the resources that were not read, and why.

    Raises:
        KeyError: the provider or a resource is unknown.
        ValueError: the range ends before it starts.
        ConsentNeededError, ProviderGoneError, StrangerError: nothing can be read until a person
            acts. What was read before is written.
        AnotherRunError: another run of the account did not end in time.
        LakeError: the answers cannot be kept; nothing was loaded that is not.
        ParticipantDeletedError: the participant was deleted for good.
        WarehouseError, LoadError: the warehouse cannot be reached or written.
    """
    spec = api_providers()[provider]
    chosen = [spec.resource(name) for name in resources or [item.name for item in spec.resources]]
    summary = LoadSummary("window" if start or end else "incremental", run_id)
    values = settings.load()
    with AccountRun.open(
        warehouse_dsn, provider, account_id, session, summary, progress, lake
    ) as run:
        books = run.books
        reader = AccountReader(
            client=spec.make_client(session, account_id),
            cursors=books.cursors(),
            granted=granted_scopes,
            now=now or datetime.now(UTC),
            time_zone=newest_time_zone(books.connection, provider, account_id)
            or values.default_time_zone,
            history_days=values.history_days,
            kept_days=values.apis[provider].retention_days,
            wanted=(start, end) if start or end else None,
            recorder=run.recorder,
        )
        run.write(reader.read(chosen))
    return summary
