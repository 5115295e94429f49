"""raw tables as data: keys and what wins -> the statements of `include/sql/load`.

Adding a table is adding a `TableSpec`; the statements are templates that know no table.
"""

from dataclasses import dataclass, field
from functools import cache

from vitals.warehouse import INCLUDE_SQL


@dataclass(frozen=True)
class TableSpec:
    """How rows of one raw table are written.

    Attributes:
        name: table in schema raw.
        key: columns of the natural key; the first one is the subject of raw.touched_days.
        columns: all columns that a file brings.
        time: column that partitions the table; None for a table that keeps versions.
        end_time: column with the last instant that a row covers.
        rank: SQL expressions over the row `{row}`; of two rows with one key the one with the larger
            ranks stands, compared from left to right. They must not be NULL.
        json: columns that arrive as text and are stored as jsonb.
        optimistic: whether fresh rows may be copied straight into the table.
        person: column that says whose a row is; the first of the key unless given.
        notes_days: whether changed days go to raw.touched_days, by which stage and agg are rebuilt.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    time: str | None
    end_time: str | None = None
    rank: tuple[str, ...] = ()
    json: frozenset[str] = field(default_factory=frozenset)
    optimistic: bool = True
    person: str | None = None
    notes_days: bool = True

    def statement(self, name: str, **values: object) -> str:
        """The statement `file/<name>.sql` for this table; `values` are those of one file."""
        return load_sql(f"file/{name}").format(**self.fragments(), **values)

    def fragments(self) -> dict[str, str]:
        """What the placeholders of the statements stand for."""
        others = [column for column in self.columns if column not in self.key]
        descending = [f"{rank} desc" for rank in self._ranks("incoming")]
        return {
            "table": self.name,
            "key": ", ".join(self.key),
            "time": self.time or "",
            "end_time": self.end_time or self.time or "",
            "subject": self.key[0],
            "columns": ", ".join(self.columns),
            "values": ", ".join(map(self._incoming, self.columns)),
            "assignments": ", ".join(f"{column} = {self._incoming(column)}" for column in others),
            "stored_key": ", ".join(f"stored.{name}" for name in self.key),
            "same_key": " and ".join(f"stored.{name} = incoming.{name}" for name in self.key),
            "incoming_rank": self._rank("incoming"),
            "stored_rank": self._rank("stored"),
            "incoming_rank_descending": ", ".join(descending),
            "incoming_values": ", ".join(map(self._incoming, self._compared())),
            "stored_values": ", ".join(f"stored.{column}" for column in self._compared()),
        }

    def _incoming(self, column: str) -> str:
        return f"incoming.{column}" + ("::jsonb" if column in self.json else "")

    def _ranks(self, row: str) -> list[str]:
        return [item.format(row=row) for item in self.rank]

    def _rank(self, row: str) -> str:
        return ", ".join(self._ranks(row))

    def _compared(self) -> list[str]:
        return [column for column in self.columns if column not in {*self.key, "load_id"}]


@cache
def load_sql(name: str) -> str:
    """The text of `include/sql/load/<name>.sql`."""
    return (INCLUDE_SQL / "load" / f"{name}.sql").read_text()


_AS_TEXT = "coalesce({{row}}.{column}::jsonb::text, '') collate \"C\""

TABLES = {
    spec.name: spec
    for spec in (
        TableSpec(
            name="iot__heart_rates",
            key=("device_id", "ts"),
            columns=("device_id", "ts", "bpm", "confidence", "load_id"),
            time="ts",
            rank=("coalesce({row}.confidence, '-infinity')", "{row}.bpm"),
        ),
        TableSpec(
            name="iot__steps",
            key=("device_id", "ts"),
            columns=("device_id", "ts", "steps", "load_id"),
            time="ts",
            rank=("{row}.steps",),
        ),
        TableSpec(
            name="iot__sleeps",
            key=("device_id", "start_ts"),
            columns=(
                "device_id", "start_ts", "end_ts", "duration_ms", "levels", "extra", "load_id",
            ),
            time="start_ts",
            end_time="end_ts",
            # The later end (see sources/iot/README.md); the rest makes ties independent of arrival.
            rank=(
                "{row}.end_ts",
                "({row}.levels is not null)",
                _AS_TEXT.format(column="levels"),
                "coalesce({row}.duration_ms, -1)",
                _AS_TEXT.format(column="extra"),
            ),
            json=frozenset({"levels", "extra"}),
            optimistic=False,
        ),
        TableSpec(
            name="iot__users",
            key=("user_id",),
            columns=(
                "user_id", "load_id", "age", "dob", "gender", "height_cm", "email", "devices",
                "time_zone", "country", "created_at", "extra",
            ),
            time=None,
            json=frozenset({"devices", "time_zone", "extra"}),
            optimistic=False,
        ),
        TableSpec(
            name="stream__heart_rates",
            key=("topic", "kafka_partition", "kafka_offset", "ts"),
            columns=(
                "topic", "kafka_partition", "kafka_offset", "ts", "user_id", "heart_rate_bpm",
                "activity_id", "latitude", "longitude", "load_id",
            ),
            time="ts",
            # A message does not change, so of two rows with one key neither is better.
            rank=("{row}.heart_rate_bpm",),
            person="user_id",
            notes_days=False,
        ),
        TableSpec(
            name="oltp__users",
            key=("user_id",),
            columns=(
                "user_id", "load_id", "is_deleted", "updated_at", "created_at", "gender",
                "date_of_birth", "height_cm", "weight_kg", "city", "region", "country_code",
            ),
            time=None,
            optimistic=False,
        ),
        TableSpec(
            name="oltp__activities",
            key=("activity_id",),
            columns=(
                "activity_id", "load_id", "is_deleted", "updated_at", "name", "category", "met",
            ),
            time=None,
            optimistic=False,
        ),
    )
}  # fmt: skip
