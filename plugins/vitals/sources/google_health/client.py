"""Google Health API v4 -> Arrow tables, one per resource and range of local days.

Everything measured is read reconciled: Google then joins the streams of several devices to one, so
that nothing counts twice. The price is that no record names its device.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import requests
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from vitals.sources._api.errors import ProviderUnavailableError, ScopeMissingError
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.google_health.data_types import DATA_TYPES, DEVICES, PROFILES
from vitals.sources.google_health.decode import Decoder, one_per_key
from vitals.sources.google_health.description import DataType, snake
from vitals.sources.google_health.local_days import LocalDays

USER_URL = "https://health.googleapis.com/v4/users/me"
BY_RESOURCE = {one.resource.name: one for one in DATA_TYPES}
DEVICES_PER_PAGE = 100
# Times that one page may follow itself before it is taken for an endless chain.
MOST_REPEATS = 3


@dataclass(frozen=True)
class Page:
    """Records as they came.

    Attributes:
        records: the records.
        unknown: names beside the records that nobody knows.
        responses: answers that were read for it.
    """

    records: list[Any]
    unknown: frozenset[str] = frozenset()
    responses: int = 1


class PageTokens(JSONResponseCursorPaginator):
    """Follows `nextPageToken`, also over empty pages, but not round in a circle."""

    def __init__(self, in_body: bool) -> None:
        super().__init__(
            cursor_path="nextPageToken",
            cursor_param=None if in_body else "pageToken",
            cursor_body_path="pageToken" if in_body else None,
        )
        self._seen: Counter[str] = Counter()

    def update_state(self, response: requests.Response, data: list[Any] | None = None) -> None:
        """Note the token of the next page.

        Raises:
            ProviderUnavailableError: it leads to a page that was read several times.
        """
        super().update_state(response, data)
        token = self._next_reference
        if token:
            self._seen[token] += 1
            if self._seen[token] > MOST_REPEATS:
                raise ProviderUnavailableError("the pages of the answer lead round in a circle")


class GoogleHealthClient:
    """Reads one account.

    Args:
        session: adds the token, keeps to the limits, raises for everything but good answers.
        account_id: names the account in rejected records.
    """

    def __init__(self, session: requests.Session, account_id: str) -> None:
        # A configuration of its own keeps dlt from searching for files and variables.
        self._api = RESTClient(USER_URL, session=session, config=RuntimeConfiguration())
        self._account_id = account_id
        self._local_days = LocalDays(lambda: self._time_zone)

    def fetch(self, resource: str, window: DateWindow) -> Fetched:
        """All pages of a resource for whole local days.

        Raises:
            ApiError: the days could not be read whole.
        """
        data_type = BY_RESOURCE[resource]
        if data_type is PROFILES:
            return self._decoded(data_type, window, [Page([self._profile], responses=3)])
        pages = self._devices if data_type is DEVICES else self._pages(data_type, window)
        return self._decoded(data_type, window, pages)

    def last_complete_date(self) -> date | None:
        """The day before that of the last sync of a tracker; None if no device tells.

        Raises:
            ApiError: it could not be read.
        """
        try:
            synced = [_sync_of(device) for page in self._devices for device in page.records]
            newest = max((at for at in synced if at is not None), default=None)
            if newest is None:
                return None
            return newest.astimezone(ZoneInfo(self._time_zone)).date() - timedelta(days=1)
        except ScopeMissingError:
            return None

    def _decoded(self, data_type: DataType, window: DateWindow, pages: Iterable[Page]) -> Fetched:
        resource = data_type.resource
        decoder = Decoder(data_type, f"{self._account_id}/{resource.name}", self._local_days)
        found, tables, seen = Fetched(), [], 0
        for page in pages:
            decoded = decoder.read(page.records, window, first=seen)
            seen += len(page.records)
            tables.append(decoded.rows)
            found.responses += page.responses
            # A page that came twice is rejected once.
            known = {one.payload for one in found.rejected}
            found.rejected += [one for one in decoded.rejected if one.payload not in known]
            found.unknown_fields |= decoded.unknown | page.unknown
        key = [name for name in resource.key if name != "account_id"]
        found.rows = one_per_key(pa.concat_tables(tables), key)
        return found

    def _pages(self, data_type: DataType, window: DateWindow) -> Iterator[Page]:
        path = f"dataTypes/{data_type.name}/dataPoints"
        if data_type.is_rolled_up:
            body = {"range": _civil_range(window), "windowSizeDays": 1}
            return self._paginate("POST", f"{path}:dailyRollUp", "rollupDataPoints", json=body)
        params = {"filter": _filter(data_type, window), "pageSize": data_type.page_size}
        return self._paginate("GET", f"{path}:reconcile", "dataPoints", params=params)

    def _paginate(self, method: Any, path: str, key: str, **what: Any) -> Iterator[Page]:
        tokens = PageTokens(in_body=method == "POST")
        for page in self._api.paginate(
            path, method, paginator=tokens, data_selector=f"$.{key}", **what
        ):
            unknown = frozenset(page.response.json()) - {key, "nextPageToken"}
            yield Page(list(page), unknown)

    @cached_property
    def _profile(self) -> dict[str, Any]:
        return {
            "identity": self._api.get("identity").json(),
            "profile": self._api.get("profile").json(),
            "settings": self._settings,
        }

    @cached_property
    def _settings(self) -> Any:
        return self._api.get("settings").json()

    @cached_property
    def _devices(self) -> list[Page]:
        params = {"pageSize": DEVICES_PER_PAGE}
        return list(self._paginate("GET", "pairedDevices", "pairedDevices", params=params))

    @property
    def _time_zone(self) -> str:
        """The zone that the account is set to now."""
        name = self._settings.get("timeZone") if isinstance(self._settings, dict) else None
        try:
            return ZoneInfo(str(name)).key
        except (KeyError, ValueError, OSError):
            raise ProviderUnavailableError(
                "the settings of the account name no time zone, which its local days need"
            ) from None


def make_client(session: requests.Session, account_id: str) -> GoogleHealthClient:
    """A client for one account."""
    return GoogleHealthClient(session, account_id)


def _filter(data_type: DataType, window: DateWindow) -> str:
    """Filter for whole local days; the end is exclusive."""
    assert data_type.clock is not None
    field = f"{snake(data_type.name)}.{data_type.clock.asked_by}"
    return f'{field} >= "{window.first}" AND {field} < "{window.last + timedelta(days=1)}"'


def _civil_range(window: DateWindow) -> dict[str, Any]:
    """Range of whole local days in a body; the end is exclusive."""
    return {
        name: {"date": {"year": day.year, "month": day.month, "day": day.day}}
        for name, day in (("start", window.first), ("end", window.last + timedelta(days=1)))
    }


def _sync_of(device: Any) -> datetime | None:
    """When a tracker was last synced; a scale says nothing about a day."""
    if not isinstance(device, dict) or device.get("deviceType") == "SCALE":
        return None
    try:
        return datetime.fromisoformat(str(device.get("lastSyncTime")))
    except ValueError:
        return None
