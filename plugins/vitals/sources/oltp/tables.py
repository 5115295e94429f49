"""Tables of the operational database as data: key, columns, and what a value may be."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "country", "number", "birthday", "instant"]

UPDATED_AT = "updated_at"


@dataclass(frozen=True)
class Column:
    """A column that describes a member.

    Attributes:
        name: in the operational database and in raw.
        kind: what its values are.
        bounds: smallest and largest number.
    """

    name: str
    kind: Kind = "text"
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Table:
    """A table that is read; what it has beside these columns is not even asked for.

    Attributes:
        name: of the table; the resource of raw.loads.
        key: its primary key, a text or a number.
        columns: what describes a member.
    """

    name: str
    key: str
    columns: tuple[Column, ...]

    @property
    def raw_name(self) -> str:
        """Its table in schema raw."""
        return f"oltp__{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (self.key, *(column.name for column in self.columns), UPDATED_AT)


TABLES = {
    table.name: table
    for table in (
        Table(
            "users",
            "user_id",
            (
                Column("created_at", "instant"),
                Column("gender"),
                Column("date_of_birth", "birthday"),
                Column("height_cm", "number", (50, 272)),
                Column("weight_kg", "number", (2, 650)),
                Column("city"),
                Column("region"),
                Column("country_code", "country"),
            ),
        ),
        Table(
            "activities",
            "activity_id",
            (
                Column("name"),
                Column("category"),
                Column("met", "number", (0.5, 25)),
            ),
        ),
    )
}
