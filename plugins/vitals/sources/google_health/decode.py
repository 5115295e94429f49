"""Records of one data type -> rows of its raw table, rejected records, names of unknown fields."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.sources._api.spec import DateWindow
from vitals.sources.google_health.columns import KINDS, gather, names_in, to_column
from vitals.sources.google_health.description import DataType, Field
from vitals.sources.google_health.local_days import LocalDays
from vitals.sources.rejected import Rejected, to_json

Record = dict[str, Any]
MINUTE_US = 60_000_000
REMEDY = "correct or delete it at the provider, or teach the model"


@dataclass
class Decoded:
    """What became of some records."""

    rows: pa.Table
    rejected: list[Rejected]
    unknown: set[str]


@dataclass
class _Page:
    """Records on their way: those that are still believed, and their places in the answer."""

    records: Sequence[Any]
    places: list[int]
    nodes: dict[str, list[Any]] = field(default_factory=dict)
    gathered: Counter[str] = field(default_factory=Counter)
    refused: dict[int, tuple[str | None, str]] = field(default_factory=dict)
    spared: list[tuple[int, str, str]] = field(default_factory=list)


class Decoder:
    """Decodes records of one data type.

    Args:
        data_type: what they are.
        subject: how raw.rejected_records names account and resource: "<account_id>/<resource>".
        local_days: finds the local day of an instant.
    """

    def __init__(self, data_type: DataType, subject: str, local_days: LocalDays) -> None:
        self._type, self._subject, self._local_days = data_type, subject, local_days
        self._known = known_names(data_type)
        self._kept_whole = {one.path for one in data_type.fields if one.kind == "json"}
        self.schema = raw_schema(data_type)

    def read(self, records: Sequence[Any], window: DateWindow, first: int = 0) -> Decoded:
        """Decode the records of an answer.

        Args:
            records: as they came.
            window: the local days that were asked for.
            first: how many records of these days were read before.
        """
        page = _Page(records, list(range(len(records))))
        columns = self._columns(page)
        rows = pa.table(columns) if columns else self.schema.empty_table()
        rows = self._refuse_rows(page, rows, self._impossible(rows))
        rows = self._with_local_date(page, rows)
        if self._type.clock:
            rows = self._refuse_rows(page, rows, self._outside(rows, window))
        unknown, extra = self._extra(page)
        rows = rows.append_column("extra", extra).select(self.schema.names)
        return Decoded(rows, self._rejected(page, window, first), unknown)

    def _columns(self, page: _Page) -> dict[str, pa.Array]:
        """The columns of the records in which everything needed is right."""
        values = self._values(page)
        found = {one.column: to_column(one, values[one.path]) for one in self._type.fields}
        wrong = [one for one in self._type.fields if found[one.column].problems]
        if not wrong:
            return {name: column.values for name, column in found.items()}
        for one in wrong:
            self._judge(page, one, values[one.path], found[one.column].problems)
        good = [at for at in page.places if at not in page.refused]
        self._keep(page, good)
        return {
            one.column: to_column(one, [values[one.path][at] for at in good]).values
            for one in self._type.fields
        }

    def _values(self, page: _Page) -> dict[str, list[Any]]:
        page.nodes = {"": list(page.records)}
        for path in self._known:
            if path:
                page.nodes[path] = self._gather(page, path)
        return {one.path: self._gather(page, one.path) for one in self._type.fields}

    def _gather(self, page: _Page, path: str) -> list[Any]:
        parent, _, name = path.rpartition(".")
        found = page.nodes.get(path) or gather(page.nodes[parent], name)
        page.gathered[parent] += len(found) - found.count(None)
        return found

    def _judge(
        self, page: _Page, one: Field, values: list[Any], problems: Mapping[int, str]
    ) -> None:
        """A wrong value costs the record, or only itself where the record can do without it."""
        for at, problem in problems.items():
            if one.absent != "null":
                missing = values[at] is None
                what = "is missing" if missing else f"is wrong ({problem})"
                page.refused.setdefault(at, (one.path, f"{one.path} {what}: {REMEDY}"))
            else:
                page.spared.append((at, one.path, f"{one.path} is wrong ({problem}): {REMEDY}"))
                values[at] = None

    def _impossible(self, rows: pa.Table) -> dict[int, tuple[str | None, str]]:
        """Rows whose values are right each, but not together."""
        found: dict[int, tuple[str | None, str]] = {}
        if "end_ts" not in rows.column_names or not len(rows):
            return found
        start = "ts" if "ts" in rows.column_names else "start_ts"
        length = microseconds(rows["end_ts"]) - microseconds(rows[start])
        least = 0 if start == "ts" else 1
        for at in np.flatnonzero(length < least).tolist():
            found[at] = ("interval", f"the interval ends before it has begun: {REMEDY}")
        for one in self._type.fields:
            if one.most_per_minute is not None:
                minutes = np.maximum(-(-length // MINUTE_US), 1)
                most = minutes * one.most_per_minute
                values = rows[one.column].to_numpy()
                for at in np.flatnonzero(values > most).tolist():
                    text = f"{values[at]} in {minutes[at]} min, at most {most[at]:g} are believed"
                    found.setdefault(at, (one.path, f"{one.path} is wrong ({text}): {REMEDY}"))
        return found

    def _with_local_date(self, page: _Page, rows: pa.Table) -> pa.Table:
        clock = self._type.clock
        if not clock or not clock.day_of:
            return rows
        parent, _, name = self._type.civil.rpartition(".")
        dates = self._local_days.dates(
            rows[clock.day_of], rows[clock.offset], lambda: gather(page.nodes[parent], name)
        )
        return rows.append_column("local_date", dates)

    def _outside(self, rows: pa.Table, window: DateWindow) -> dict[int, tuple[str | None, str]]:
        """Rows of days that were not asked for: they would be stored beside those of their day."""
        dates = rows["local_date"]
        if not len(rows):
            return {}
        first, last = pc.min_max(dates).as_py().values()
        if window.first <= first and last <= window.last:
            return {}
        days = f"{window.first} to {window.last}"
        return {
            at: (None, f"its local day {day} is not one of those asked for ({days})")
            for at, day in enumerate(dates.to_pylist())
            if not window.first <= day <= window.last
        }

    def _refuse_rows(
        self, page: _Page, rows: pa.Table, refused: Mapping[int, tuple[str | None, str]]
    ) -> pa.Table:
        if not refused:
            return rows
        page.refused |= {page.places[at]: why for at, why in refused.items()}
        good = [at for at in range(len(page.places)) if at not in refused]
        self._keep(page, good)
        return rows.take(pa.array(good, pa.int64()))

    def _keep(self, page: _Page, good: list[int]) -> None:
        page.places = [page.places[at] for at in good]
        page.nodes = {path: [nodes[at] for at in good] for path, nodes in page.nodes.items()}

    def _extra(self, page: _Page) -> tuple[set[str], pa.Array]:
        """Fields that no column knows: their names, and per row their values as JSON."""
        unknown: set[str] = set()
        extras: dict[int, Record] = {}
        for path, known in self._known.items():
            new = self._names(page, path) - known
            names = {name: f"{path}.{name}" if path else name for name in new}
            unknown |= set(names.values())
            for at, node in enumerate(page.nodes[path] if new else ()):
                for name in new.intersection(node if isinstance(node, dict) else ()):
                    extras.setdefault(at, {})[names[name]] = node[name]
        if not extras:
            return unknown, pa.nulls(len(page.places), pa.string())
        found = (extras.get(at) for at in range(len(page.places)))
        return unknown, pa.array([extra and to_json(extra) for extra in found], pa.string())

    def _names(self, page: _Page, path: str) -> set[str]:
        """Names in the objects under a path that might be unknown."""
        if path in self._kept_whole:
            return set()
        nodes = page.nodes[path]
        # Counting costs a fraction of looking at the names, and mostly nothing is new.
        with suppress(TypeError):
            if sum(map(len, nodes)) == page.gathered[path]:
                return set()
        return names_in(nodes)

    def _rejected(self, page: _Page, window: DateWindow, first: int) -> list[Rejected]:
        def one(at: int, path: str | None, reason: str, kept: bool) -> Rejected:
            record = page.records[at]
            name = record.get("dataPointName") if isinstance(record, dict) else None
            label = name.rsplit("/", 1)[-1] if isinstance(name, str) else window.first.isoformat()
            record_id = f"{self._subject}/{label}#{first + at}"
            return Rejected(record_id, path, reason, to_json(record), row_kept=kept)

        refused = [one(at, *why, kept=False) for at, why in page.refused.items()]
        spared = [
            one(at, path, reason, kept=True)
            for at, path, reason in page.spared
            if at not in page.refused
        ]
        return refused + spared


def microseconds(column: pa.ChunkedArray) -> np.ndarray:
    """Instants as microseconds since 1970."""
    return pc.cast(column, pa.int64()).to_numpy()


@lru_cache(maxsize=64)
def raw_schema(data_type: DataType) -> pa.Schema:
    """Columns of the raw table that a client fills."""
    columns = {one.column: KINDS[one.kind].stored for one in data_type.fields}
    if data_type.clock:
        columns["local_date"] = pa.date32()
    columns["extra"] = pa.string()
    return pa.schema(columns.items())


def known_names(data_type: DataType) -> dict[str, set[str]]:
    """Path of each object that is looked into -> the names known there, outermost first."""
    found: dict[str, set[str]] = {"": set()}
    for path in [*(one.path for one in data_type.fields), *data_type.known]:
        parent = ""
        for step in path.split("."):
            name, _, condition = step.partition("[")
            found.setdefault(parent, set()).add(name)
            parent = f"{parent}.{step}" if parent else step
            if condition:
                found.setdefault(parent, set()).add(condition.partition("=")[0])
    return found


def one_per_key(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Rows in order of the key; of several with one key the largest, whatever came first."""
    others = [name for name in rows.column_names if name not in key]
    # Largest first, and what is missing last.
    order = [(name, "ascending") for name in key] + [(name, "descending") for name in others]
    rows = rows.take(pc.sort_indices(rows, sort_keys=order))
    if len(rows) < 2:
        return rows
    same = np.ones(len(rows) - 1, dtype=bool)
    for name in key:
        column = rows[name].combine_chunks()
        same &= pc.equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    if not same.any():
        return rows
    return rows.filter(pa.array(np.insert(~same, 0, True)))
