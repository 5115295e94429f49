"""A table and a snapshot -> its rows in the order of the file, a bounded piece at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from psycopg import sql

from vitals.api.studies import Member
from vitals.datasets.columns import Column
from vitals.datasets.snapshot import Rows, Snapshot
from vitals.datasets.tables import Table

# A local day lies within these around the same day in UTC; no zone is further away than 14 hours.
_SLACK = timedelta(days=1)

_WINDOW = (
    Column("first_date", "date", "First local day of the participant that the data set is about."),
    Column("last_date", "date", "Last such day (inclusive); empty where there is no end."),
)
_AGE = "Completed years of age on the day on which the data set was made."
_CODE = "Study code of the participant; the key file of the data set says who it is."
_PSEUDONYMS = {
    "participant_id": ("selected.exported_id", _CODE),
    "device_id": ("codes.code", "Study code of the device or account."),
    "activity_id": (
        "(row_number() over (partition by stored.source, stored.device_id"
        ' order by stored.start_ts, stored.activity_id collate "C"))::text',
        "Number of the activity among those of its device in this data set.",
    ),
}


@dataclass(frozen=True)
class Reading:
    """The reading of one table.

    Attributes:
        snapshot: where.
        table: what.
        people: of whom, in the order of their exported ids.
        has_pseudonyms: whether ids are exported as codes.
    """

    snapshot: Snapshot
    table: Table
    people: Sequence[Member]
    has_pseudonyms: bool

    @cached_property
    def columns(self) -> list[Column]:
        """What the file has."""
        found = [column for column in self._stored if column.name not in self.table.left_out]
        if self.table.statement == "participants":
            found = [self._participant_id, *_WINDOW, *map(_as_of_today, found)]
        if not self.has_pseudonyms:
            return found
        return [
            replace(one, description=_PSEUDONYMS[one.name][1]) if one.name in _PSEUDONYMS else one
            for one in found
        ]

    @cached_property
    def description(self) -> str:
        """What the table is, as the database says unless it is about more there."""
        if self.table.description:
            return self.table.description
        [row] = self.snapshot.rows("description", relation=self.table.relation)
        return row["description"]

    @cached_property
    def _stored(self) -> list[Column]:
        rows = self.snapshot.rows("columns", relation=self.table.relation)
        return [Column(**row) for row in rows]

    @property
    def _participant_id(self) -> Column:
        return next(column for column in self._stored if column.name == "participant_id")

    def rows(self) -> Iterator[Rows]:
        """All rows, in one piece or more. Each is to be read before the next is asked for."""
        if not self.table.time:
            yield from self._read(sql.SQL("true"))
            return
        yield from self._read(sql.SQL("false"))  # for the schema, where nobody has anything
        for member in self.people:
            for start, end in self._pieces(member):
                yield from self._read(self._part(member, start, end))

    def _read(self, part: sql.Composable) -> Iterator[Rows]:
        with self.snapshot.stream(self.table.statement, **self._fragments, part=part) as rows:
            yield rows

    @cached_property
    def _fragments(self) -> dict[str, sql.Composable]:
        exported = [self._exported(column) for column in self._stored if self._is_read(column)]
        text = {column.name for column in self.columns if column.type == "text"}
        order = [
            f'exported.{name} collate "C"' if name in text else f"exported.{name}"
            for name in self.table.order
        ]
        names_devices = any(column.name == "device_id" for column in self.columns)
        joins = "left join pg_temp.device_codes as codes on stored.device_id = codes.device_id"
        return {
            "columns": _verbatim(", ".join(exported)),
            "relation": _verbatim(self.table.relation),
            "joins": _verbatim(joins if self.has_pseudonyms and names_devices else ""),
            "first_day": _verbatim(self.table.first_day),
            "last_day": _verbatim(self.table.last_day),
            "order": _verbatim(", ".join(order)),
        }

    def _is_read(self, column: Column) -> bool:
        return column.name not in self.table.left_out

    def _exported(self, column: Column) -> str:
        if self.has_pseudonyms and column.name in _PSEUDONYMS:
            return f"{_PSEUDONYMS[column.name][0]} as {column.name}"
        return column.exported

    def _part(self, member: Member, start: datetime | None, end: datetime | None) -> sql.Composable:
        """Literals, so that the rows are found by key and chunks of other times are left alone."""
        assert self.table.time
        stored = sql.Identifier("stored", self.table.time)
        whose = sql.SQL("stored.participant_id = {}").format(sql.Literal(member.participant_id))
        conditions = [whose]
        if start:
            conditions.append(sql.SQL("{} >= {}").format(stored, sql.Literal(start)))
        if end:
            conditions.append(sql.SQL("{} < {}").format(stored, sql.Literal(end)))
        return sql.SQL(" and ").join(conditions)

    def _pieces(self, member: Member) -> Iterator[tuple[datetime | None, datetime | None]]:
        """Ranges of time in order; all of it at once, unless the table is read in pieces."""
        start = _midnight(member.first_date) - _SLACK if member.first_date else None
        end = _midnight(member.last_date) + 2 * _SLACK if member.last_date else None
        if not self.table.piece_days:
            yield start, end
            return
        [extent] = self.snapshot.rows(
            "extent",
            relation=_verbatim(self.table.extent_of or ""),
            time=sql.Identifier("minute"),
            participant_id=member.participant_id,
        )
        if extent["first_ts"] is None:
            return
        begin = max(filter(None, (start, extent["first_ts"])))
        stop = min(filter(None, (end, extent["last_ts"] + timedelta(minutes=1))))
        while begin < stop:
            following = begin + timedelta(days=self.table.piece_days)
            yield begin, min(following, stop)
            begin = following


def _as_of_today(column: Column) -> Column:
    return replace(column, description=_AGE) if column.name == "age_years" else column


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _verbatim(text: str) -> sql.Composable:
    """SQL of our own lists and of the database's catalogue, as it is."""
    found: object = text
    return sql.SQL(found)  # type: ignore[arg-type]  # psycopg wants a literal string
