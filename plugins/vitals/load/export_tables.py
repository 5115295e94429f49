"""raw tables of account exports -> statements; which of two values wins never depends on order."""

from dataclasses import dataclass
from functools import cached_property

from vitals.load.tables import TableSpec, load_sql
from vitals.sources.account_exports.shapes import FAMILIES, SHAPES, Shape

_NOON = "({row}.local_date + time '12:00') at time zone 'UTC'"


def _text(column: str) -> str:
    return f"coalesce({{row}}.{column}::text, '') collate \"C\""


def _json(column: str) -> str:
    return f"coalesce({{row}}.{column}::jsonb::text, '') collate \"C\""


@dataclass(frozen=True)
class _Way:
    """How rows of a shape are written: what wins, and which instants they cover."""

    rank: tuple[str, ...]
    first: str
    last: str
    is_hypertable: bool = False


_WAYS = {
    # Design: the higher confidence, then the higher value.
    "heart_rates": _Way(
        ("coalesce({row}.confidence, -1)", "{row}.bpm"), "{row}.ts", "{row}.ts", is_hypertable=True
    ),
    "measurements": _Way(
        ("{row}.value", "coalesce({row}.end_ts, '-infinity')", "({row}.local_date is not null)"),
        "{row}.ts",
        "coalesce({row}.end_ts, {row}.ts)",
        is_hypertable=True,
    ),
    "daily_values": _Way(("{row}.value",), _NOON, _NOON),
    # Copies of one sleep differ between exports: the later end, then the one with more stages.
    "sleeps": _Way(
        (
            "{row}.end_ts",
            "jsonb_array_length(coalesce({row}.levels::jsonb, '[]'))",
            "{row}.start_ts",
            _json("levels"),
            _json("short_awakenings"),
            _text("utc_offset_seconds"),
            _json("extra"),
        ),
        "{row}.start_ts",
        "{row}.end_ts",
    ),
    "sleep_stages": _Way(("{row}.end_ts", _text("level")), "{row}.start_ts", "{row}.end_ts"),
    "activities": _Way(
        (
            "{row}.end_ts",
            "coalesce({row}.distance_m, -1)",
            "{row}.start_ts",
            "coalesce({row}.steps, -1)",
            "coalesce({row}.energy_kcal, -1)",
            _text("activity_type"),
            _text("activity_name"),
            _json("extra"),
        ),
        "{row}.start_ts",
        "{row}.end_ts",
    ),
}


@dataclass(frozen=True)
class ExportTable:
    """One raw table of account exports."""

    family: str
    shape: Shape

    @property
    def name(self) -> str:
        """Name in schema raw."""
        return f"{self.family}__{self.shape.name}"

    @cached_property
    def spec(self) -> TableSpec:
        """What the shared parts of loading need to know."""
        way = _WAYS[self.shape.name]
        columns = ("account_id", *self.shape.columns.names, "load_id")
        return TableSpec(
            name=self.name,
            key=("account_id", *self.shape.key),
            columns=columns,
            time="ts" if way.is_hypertable else None,
            rank=way.rank,
            json=self.shape.json,
            optimistic=way.is_hypertable,
        )

    def statement(self, name: str, within: str = "") -> str:
        """The statement `export/<name>.sql` for this table.

        Args:
            name: of the statement.
            within: condition on `stored` that lets the planner leave out chunks.
        """
        way = _WAYS[self.shape.name]
        rows = {
            f"{row}_{end}": expression.format(row=row)
            for row in ("incoming", "stored")
            for end, expression in (("first", way.first), ("last", way.last))
        }
        return load_sql(f"export/{name}").format(**self.spec.fragments(), **rows, within=within)


EXPORT_TABLES = {
    table.name: table
    for table in (
        ExportTable(family, shape)
        for family in FAMILIES
        for shape in SHAPES
        if shape.name != "sleep_stages" or family == "google_health_export"
    )
}
