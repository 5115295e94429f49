"""parameters: query parameters that several routes have, with their descriptions."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vitals.api.answers import MOST_ROWS

# What PostgreSQL can hold and an index can find.
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
BOUNDS = "A date (the participant's own day) or an instant with its offset."


class Parameters(BaseModel):
    """A parameter that is not known is refused: a typing error must not change an answer."""

    model_config = ConfigDict(extra="forbid")


class Paged(Parameters):
    """What every paged route has."""

    limit: int | None = Field(
        default=None,
        ge=1,
        le=MOST_ROWS,
        description="Rows of a page. Default: 5000 in JSON; CSV, Arrow and Parquet have all rows.",
    )
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class Ranged(Paged):
    """Rows of a range of time."""

    start: str | None = Field(
        default=None,
        max_length=40,
        description=f"Beginning of the range. {BOUNDS} Default: 30 days before `end`.",
        examples=["2026-11-01"],
    )
    end: str | None = Field(
        default=None,
        max_length=40,
        description=f"End of the range, not part of it. {BOUNDS} Default: the end of the last day "
        "with data.",
        examples=["2026-12-01"],
    )


class Clocked(Ranged):
    """Rows with instants."""

    tz: Literal["utc", "local"] = Field(
        default="utc",
        description="Instants are always in UTC; `local` adds the participant's wall clock, its "
        "zone and its offset from UTC.",
    )
