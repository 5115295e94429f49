"""Which local days of a resource a run reads: what is new, and what providers restate."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from vitals.load.tables import load_sql
from vitals.sources._api.spec import DateWindow, Resource

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What a run reads of one account.

    Attributes:
        today: the participant's local date.
        complete: last local day that can be complete: yesterday, or the day of the last sync if
            that is earlier.
        history_days: how far back an account is read that was never read before.
        wanted: an explicit range; None for what is new.
        kept_days: how far back days may be kept; earlier ones are not read just to be deleted.
    """

    today: date
    complete: date
    history_days: int
    wanted: DateWindow | None = None
    kept_days: int | None = None

    @classmethod
    def at(
        cls,
        now: datetime,
        time_zone: str,
        last_sync: date | None,
        history_days: int,
        wanted: tuple[date | None, date | None] | None,
    ) -> "Plan":
        """The plan at an instant.

        Args:
            now: the instant, with a time zone.
            time_zone: IANA name of the participant's zone.
            last_sync: local day up to which the devices have synced, if that is known.
            history_days: as the attribute.
            wanted: first and last day of a range; open ends are the begin of the history and today.

        Raises:
            ValueError: the range ends before it starts.
        """
        today = now.astimezone(ZoneInfo(time_zone)).date()
        yesterday = today - timedelta(days=1)
        complete = min(yesterday, last_sync) if last_sync else yesterday
        if wanted is None:
            return cls(today, complete, history_days)
        first = wanted[0] or today - timedelta(days=history_days)
        last = wanted[1] or today
        if first > last:
            raise ValueError(f"the range ends ({last}) before it starts ({first})")
        return cls(today, complete, history_days, DateWindow(first, last))

    def window(self, resource: Resource, position: Mapping[str, Any] | None) -> DateWindow:
        """The days of a resource to read. One that keeps versions is read once, as of today."""
        if resource.keeps == "versions":
            return DateWindow(self.today, self.today)
        if self.wanted:
            return self.wanted
        first = self.today - timedelta(days=self.history_days)
        if position:
            read_until = date.fromisoformat(position["complete_until"])
            again = read_until - timedelta(days=resource.reread_days - 1)
            # What lies before the history that was asked for stays unread.
            first = max(again, date.fromisoformat(position["read_from"]))
        if self.kept_days is not None:
            first = max(first, self.today - timedelta(days=self.kept_days))
        return DateWindow(min(first, self.today), self.today)

    def position(
        self, resource: Resource, days: DateWindow, position: Mapping[str, Any] | None
    ) -> Mapping[str, Any] | None:
        """How far a resource has been read once `days` are; None where they do not tell.

        A range that somebody asked for may leave days before it unread, so it moves nothing.
        """
        if self.wanted or resource.keeps == "versions":
            return None
        read_from, complete = days.first, min(days.last, self.complete)
        if position:
            read_from = min(read_from, date.fromisoformat(position["read_from"]))
            complete = max(complete, date.fromisoformat(position["complete_until"]))
        return {"read_from": read_from.isoformat(), "complete_until": complete.isoformat()}


def newest_time_zone(connection: psycopg.Connection, provider: str, account_id: str) -> str | None:
    """The zone that the account's newest profile states, if there is one yet that can be used.

    Providers state zones under names that came and went with the years, and a machine may lack the
    old ones: that must not keep the account from being read.
    """
    query = load_sql("newest_time_zone").format(provider=provider)
    row = connection.execute(query, [account_id]).fetchone()
    if row is None or row[0] is None:
        return None
    try:
        return ZoneInfo(row[0]).key
    except (LookupError, ValueError, OSError):
        log.warning(
            "%s: this machine knows no time zone %r: VITALS_DEFAULT_TIME_ZONE says which day it is",
            account_id,
            row[0],
        )
        return None
