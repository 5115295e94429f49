"""Columns of a table as the database describes them -> what is exported of it, and what it says.

Names, types and descriptions are the database's own; units are in the names.
"""

from dataclasses import dataclass

# UCUM. Names of totals and means of days end in the unit before these endings.
_OF_DAYS = ("_total", "_daily_mean")
_UNITS = {
    "ml_per_kg_min": "mL/kg/min", "per_min": "/min", "bpm": "/min", "minutes": "min", "pct": "%",
    "kcal": "kcal", "ms": "ms", "kg": "kg", "cm": "cm", "m": "m", "years": "a",
}  # fmt: skip

# Frictionless types by the type in the database. Everything else travels as text.
_TYPES = {
    "text": "string",
    "date": "date",
    "timestamp with time zone": "datetime",
    "timestamp without time zone": "datetime",
    "boolean": "boolean",
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "real": "number",
    "double precision": "number",
    "numeric": "number",
    "jsonb": "object",
}


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes:
        name: as in the database.
        type: there.
        description: its comment there.
    """

    name: str
    type: str
    description: str

    @property
    def unit(self) -> str | None:
        """UCUM code, or None."""
        name = self.name
        for ending in _OF_DAYS:
            name = name.removesuffix(ending)
        for ending, unit in _UNITS.items():
            if name == ending or name.endswith(f"_{ending}") or name.startswith(f"{ending}_"):
                return unit
        return None

    @property
    def field_type(self) -> str:
        """Type in the words of Frictionless."""
        return _TYPES.get(self.type.partition("(")[0], "string")

    @property
    def exported(self) -> str:
        """What is selected of `stored`: what Arrow has no type for as text."""
        kind = self.type.partition("(")[0]
        if kind == "numeric":
            return f"stored.{self.name}::double precision as {self.name}"
        if kind == "jsonb" or kind not in _TYPES:
            return f"stored.{self.name}::text as {self.name}"
        return f"stored.{self.name}"

    def as_field(self) -> dict[str, str]:
        """The field of a Table Schema."""
        found = {"name": self.name, "type": self.field_type, "description": self.description}
        return found | ({"unit": self.unit} if self.unit else {})
