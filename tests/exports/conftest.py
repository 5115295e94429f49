"""Generated exports, imports of them, and warehouses to look into."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vitals import warehouse
from vitals.load.export_people import Person
from vitals.load.export_summary import ImportSummary
from vitals.load.exports import import_exports
from vitals.simulator.exports import takeout, writers
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth import Truth, View
from vitals.simulator.truth.people import to_day, to_instant
from vitals.simulator.truth.zones import history

# A journey to New York and back, and the change of clocks in Paris on 29 March.
FIRST, LAST = date(2026, 2, 5), date(2026, 3, 30)
FEW_DAYS = date(2026, 3, 1), date(2026, 3, 12)


@pytest.fixture(scope="session")
def truth() -> Truth:
    return Truth(seed=1, accounts=2)


@pytest.fixture(scope="session")
def view(truth) -> View:
    return truth.view(truth.account(1))


def zone_history(view: View) -> list[dict[str, Any]]:
    """Where the person was, as the import is told."""
    start, end = to_day(date(2025, 1, 1)) * 86_400, to_day(date(2027, 1, 1)) * 86_400
    zones = history(view.account, start, end)
    return [
        {"valid_from": to_instant(at).isoformat() if number else None, "time_zone": zone}
        for number, (at, zone) in enumerate(zones)
    ]


def person(view: View, **changes: Any) -> Person:
    account = view.account
    known = {
        "time_zones": zone_history(view), "date_of_birth": account.born, "gender": account.sex,
        "height_cm": account.height_mm / 10,
    }  # fmt: skip
    return Person(**({"participant_id": account.participant_id} | known | changes))


@pytest.fixture(scope="session")
def generate(view, tmp_path_factory) -> Callable[..., Path]:
    """Write an export of the person; the same arguments give the same files."""
    folder = tmp_path_factory.mktemp("exports")
    made: dict[tuple, Path] = {}

    def write(kind: str, first: date = FIRST, last: date = LAST, suffix: str = ".zip") -> Path:
        path = folder / f"{kind}-{first}-{last}{suffix}"
        if (kind, first, last, suffix) not in made:
            with Sink.to(path) as sink:
                writers()[kind](view, sink, to_day(first), to_day(last))
            made[(kind, first, last, suffix)] = path
        return path

    return write


@pytest.fixture
def small(view, tmp_path) -> Path:
    """A classic tree of some days as a folder."""
    folder = tmp_path / "small"
    with Sink.to(folder) as sink:
        takeout.write(view, sink, *map(to_day, FEW_DAYS))
    return folder


def tree(folder: Path) -> Path:
    return folder / "Takeout" / "Fitbit" / "Global Export Data"


class Imports:
    """Imports into one warehouse, and short ways to look."""

    def __init__(self, dsn: str, view: View) -> None:
        self.dsn, self.view = dsn, view

    def load(self, *paths: Path, **arguments: Any) -> ImportSummary:
        whose = arguments.pop("person", None) or person(self.view)
        summary = import_exports(self.dsn, paths, whose, progress=str, **arguments)
        assert self.unreconciled() == []
        for kind, rows in summary.kinds.items():
            accounted = rows.rows_loaded + rows.rows_known + rows.rows_rejected
            assert rows.rows_read == accounted, kind
        return summary

    def fetch(self, query: str, values: Sequence[Any] | None = None) -> list[tuple]:
        with warehouse.connect(self.dsn) as connection:
            return connection.execute(query, values).fetchall()

    def files(self) -> dict[str, tuple[str, str | None]]:
        """Status and reason by path."""
        rows = self.fetch("select path, status, reason from raw.export_files order by file_id")
        return {path: (status, reason) for path, status, reason in rows}

    def rows(self) -> dict[str, list[tuple]]:
        """All rows of exports, without load ids."""
        tables = self.fetch(
            "select tablename from pg_tables where schemaname = 'raw'"
            " and tablename ~ '^(fitbit_export|google_health_export|apple_health|strava_export"
            "|garmin_export)__' order by 1"
        )
        return {name: self._rows(name) for (name,) in tables}

    def _rows(self, table: str) -> list[tuple]:
        columns = self.fetch(
            "select string_agg(column_name, ', ' order by ordinal_position)"
            " from information_schema.columns"
            " where table_schema = 'raw' and table_name = %s and column_name <> 'load_id'",
            [table],
        )[0][0]
        return self.fetch(f"select {columns} from raw.{table} order by 1, 2, 3")

    def unreconciled(self) -> list[tuple]:
        """Loads and files whose rows do not add up."""
        return self.fetch(
            "select load_id::text from raw.loads where status = 'done' "
            "and rows_read <> rows_loaded + rows_rejected + rows_superseded "
            "union all "
            "select path from raw.export_files as f where status = 'loaded' "
            "and rows_read <> rows_rejected + (select coalesce(sum(l.rows_loaded "
            "+ l.rows_superseded), 0) from raw.export_file_loads as l where l.file_id = f.file_id)"
        )


@pytest.fixture
def imports(warehouse_dsn, view) -> Imports:
    return Imports(warehouse_dsn, view)
