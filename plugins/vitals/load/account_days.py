"""Whole local days of one resource of one account: read, or not read and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from vitals.lake.payload import Calls, Head
from vitals.load.piece import PlainPiece
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import DateWindow, Fetched, Resource
from vitals.sources.rejected import count_rows


@dataclass
class DaysRead(PlainPiece):
    """Whole local days of one resource, as the books see them.

    `delivered` are the answers behind them, if they are kept; `replays` is the load that they
    belong to if they come from there.
    """

    spec: Resource
    days: DateWindow
    rows: pa.Table | None
    documents_read: int
    position: Mapping[str, Any] | None = None
    delivered: Calls | None = None
    replays: Head | None = None

    @classmethod
    def of(
        cls, spec: Resource, days: DateWindow, fetched: Fetched, delivered: Calls | None = None
    ) -> "DaysRead":
        """What one call of a client brought."""
        return cls(
            spec=spec,
            days=days,
            rows=fetched.rows if fetched.rows is not None and fetched.rows.num_rows else None,
            rejected=fetched.rejected,
            documents_read=fetched.responses,
            unknown_fields=fetched.unknown_fields,
            delivered=delivered,
        )

    @property
    def resource(self) -> str:
        """Name of the resource."""
        return self.spec.name

    @property
    def row_count(self) -> int:
        """Good rows."""
        return self.rows.num_rows if self.rows is not None else 0

    @property
    def rows_read(self) -> int:
        """Good rows, and those that were refused."""
        return self.row_count + self.rows_rejected

    @property
    def rows_rejected(self) -> int:
        """Rows that were refused."""
        return count_rows(self.rejected)

    def joined(self, later: "DaysRead") -> "DaysRead":
        """These days, and those next to them that were read after them, as one."""
        tables = [part for part in (self.rows, later.rows) if part is not None]
        delivered = None
        if self.delivered and later.delivered:
            delivered = self.delivered.followed_by(later.delivered)
        return replace(
            later,
            days=DateWindow(
                min(self.days.first, later.days.first), max(self.days.last, later.days.last)
            ),
            rows=pa.concat_tables(tables) if tables else None,
            rejected=self.rejected + later.rejected,
            documents_read=self.documents_read + later.documents_read,
            unknown_fields=self.unknown_fields | later.unknown_fields,
            delivered=delivered,
        )

    def owned(self, account_id: str, load_id: int) -> pa.Table:
        """The rows with the account that they belong to and the load that writes them."""
        assert self.rows is not None
        count = self.rows.num_rows
        named = self.rows.add_column(0, "account_id", pa.repeat(account_id, count))
        return named.append_column("load_id", pa.repeat(pa.scalar(load_id, pa.int32()), count))


@dataclass(frozen=True)
class NotRead:
    """A resource that could not be read, from some day on."""

    spec: Resource
    days: DateWindow
    error: ApiError

    @property
    def resource(self) -> str:
        """Name of the resource."""
        return self.spec.name
