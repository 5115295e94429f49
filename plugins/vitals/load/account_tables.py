"""raw tables of provider accounts -> statements that replace whole local days of one account.

A provider restates what it has said, and deletes: so a day that was read again is compared with
what is stored of it. Equal rows are left alone, and with them everything downstream.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from vitals.load.tables import TableSpec, load_sql
from vitals.sources import api_providers
from vitals.sources._api.spec import Resource

# A local day lies within these hours of the UTC day of the same date, whatever the zone.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=36)
# A session may have begun on the day before the one that it belongs to.
_LONGEST_SESSION = timedelta(days=2)


def resource_of(table: str) -> Resource | None:
    """The provider's resource behind a table of schema raw; None if it is no provider's."""
    provider, _, name = table.partition("__")
    spec = api_providers().get(provider)
    return spec.resource(name) if spec else None


def table_spec(table: str, resource: Resource, columns: Iterable[str]) -> TableSpec:
    """How a table of a provider is written with a file of these columns."""
    columns = tuple(columns)
    return TableSpec(
        name=table,
        key=resource.key,
        columns=columns,
        time=resource.time if resource.keeps == "days" else None,
        end_time=resource.end_time,
        json=resource.json & set(columns),
        optimistic=False,
    )


@dataclass(frozen=True)
class Days:
    """Local days of one table, both ends included, that are replaced by what was read of them.

    Attributes:
        spec: the table.
        types: SQL types of the columns that are written.
        first: the first of the days.
        last: the last of them.
    """

    spec: TableSpec
    types: Mapping[str, str]
    first: date
    last: date

    def statement(self, name: str, load_id: int) -> str:
        """The statement `window/<name>.sql` for these days and the load that read them."""
        return load_sql(f"window/{name}").format(**self._fragments, load_id=load_id)

    @cached_property
    def _fragments(self) -> dict[str, str]:
        key = self.spec.key
        compared = [name for name in self.types if name not in {*key, "load_id"}]
        return {
            "table": self.spec.name,
            "columns": ", ".join(self.types),
            "values": self._incoming(self.types),
            "same_key": f"({self._stored(key)}) = ({self._incoming(key)})",
            "stored_key": self._stored(key),
            "incoming_values": self._incoming(compared),
            "stored_values": self._stored(compared),
            "within_time": self._within_time,
            "first_ts": self._instant(self.spec.time),
            "last_ts": self._instant(self.spec.end_time or self.spec.time),
        }

    def _incoming(self, columns: Iterable[str]) -> str:
        return ", ".join(f"incoming.{name}::{self.types[name]}" for name in columns)

    def _stored(self, columns: Iterable[str]) -> str:
        return ", ".join(f"stored.{name}" for name in columns)

    @property
    def _within_time(self) -> str:
        """Literal bounds, with which the planner leaves out the chunks of other days."""
        if not self.spec.time:
            return ""
        longest = _LONGEST_SESSION if self.spec.end_time else timedelta(0)
        low = datetime.combine(self.first, time(), UTC) - _EAST - longest
        high = datetime.combine(self.last, time(), UTC) + _WEST + longest
        bounds = f"timestamptz '{low.isoformat()}' and timestamptz '{high.isoformat()}'"
        return f"and stored.{self.spec.time} between {bounds}"

    def _instant(self, column: str | None) -> str:
        """An instant of the row; noon of its day if it has none of its own."""
        if column:
            return f"stored.{column}"
        return "(stored.local_date + time '12:00') at time zone 'UTC'"
