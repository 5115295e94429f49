"""What a data set can hold: tables of stage and agg, their keys, order and days."""

from dataclasses import dataclass, field

from vitals.datasets.errors import DatasetError


@dataclass(frozen=True)
class Table:
    """A table or view, and how it becomes one file.

    Attributes:
        name: of the file and the resource; the relation has the same.
        schema: stage or agg.
        key: columns that tell rows apart; empty if the relation has no key.
        first_day, last_day: first and last local day that a row of `stored` is about, in SQL.
        left_out: columns that are not exported.
        statement: file of include/sql/datasets that reads it.
        time: instant by which it is read in pieces, of one participant at a time; for large ones.
        extent_of: relation that says from when to when a participant has anything.
        piece_days: how many days of a participant are read at once; None for all of them.
        samples_of: entity of stage.archived_ranges that raw rows of it belong to.
        sorting: columns by which the file is sorted; its key unless given.
        description: what it is, where the comment of the relation is about more.
        is_default: whether it is in a data set of which nobody said what is in it.
    """

    name: str
    schema: str
    key: tuple[str, ...]
    first_day: str = "stored.local_date"
    last_day: str = "stored.local_date"
    left_out: frozenset[str] = field(default=frozenset())
    relation_name: str = ""
    statement: str = "rows"
    time: str | None = None
    extent_of: str | None = None
    piece_days: int | None = None
    samples_of: str | None = None
    sorting: tuple[str, ...] = ()
    description: str = ""
    is_default: bool = True

    @property
    def order(self) -> tuple[str, ...]:
        """Columns by which the file is sorted."""
        return self.sorting or self.key

    @property
    def relation(self) -> str:
        """Schema and name of what is read."""
        return f"{self.schema}.{self.relation_name or self.name}"


# When a row was computed is about the warehouse: without it a rebuild gives the same file.
_COMPUTED = frozenset({"computed_at"})
_STAGE_RANGES = frozenset({"awake", "deep", "rem", "light"})  # sleep_stages holds them as rows
_MEASURES = (
    "steps", "distance_m", "floors_climbed", "active_energy_kcal", "total_energy_kcal",
)  # fmt: skip
# Of the participant's newest version everything but where they live, what is measured (weight), and
# the books of the versions.
_NOT_OF_PARTICIPANTS = frozenset(
    {
        "participant_key", "participant_id", "version", "source", "load_id", "city", "region",
        "weight_kg", "created_at", "valid_from", "valid_to", "is_current", "is_deleted",
    }
)  # fmt: skip

TABLES = {
    table.name: table
    for table in (
        Table(
            "participants",
            "stage",
            ("participant_id",),
            relation_name="dim_participant",
            statement="participants",
            left_out=_NOT_OF_PARTICIPANTS,
            description="Who is in the data set, on which days, and what is known of them.",
        ),
        Table(
            "daily_health",
            "agg",
            ("participant_id", "local_date"),
            left_out=_COMPUTED,
        ),
        Table(
            "weekly_health",
            "agg",
            ("participant_id", "week_start"),
            "stored.week_start",
            "stored.week_start + 6",
            left_out=_COMPUTED,
        ),
        Table(
            "monthly_health",
            "agg",
            ("participant_id", "month_start"),
            "stored.month_start",
            "(stored.month_start + interval '1 month')::date - 1",
            left_out=_COMPUTED,
        ),
        Table(
            "participant_day",
            "agg",
            ("participant_id", "local_date", "metric"),
        ),
        Table(
            "sleep_sessions",
            "stage",
            ("participant_id", "source", "start_ts"),
            left_out=_STAGE_RANGES,
        ),
        Table(
            "sleep_stages",
            "stage",
            ("participant_id", "source", "start_ts"),
        ),
        Table(
            "activities",
            "stage",
            ("source", "device_id", "activity_id"),
            sorting=("participant_id", "start_ts", "source", "device_id", "activity_id"),
        ),
        Table(
            "heart_rate_minutes",
            "stage",
            ("participant_id", "source", "minute"),
            time="minute",
        ),
        Table(
            "movement_minutes",
            "stage",
            ("participant_id", "source", "minute"),
            time="minute",
        ),
        Table(
            "heart_rate_samples",
            "stage",
            ("device_id", "ts"),
            "stored.local_ts::date",
            "stored.local_ts::date",
            sorting=("participant_id", "ts", "source", "device_id"),
            time="ts",
            extent_of="stage.heart_rate_minutes",
            piece_days=7,
            samples_of="heart_rates",
            is_default=False,
        ),
        Table(
            "movement_samples",
            "stage",
            (),
            "stored.local_ts::date",
            "stored.local_ts::date",
            # A device may state steps and distance of one instant in rows of their own.
            sorting=("participant_id", "ts", "source", "device_id", *_MEASURES),
            time="ts",
            extent_of="stage.movement_minutes",
            piece_days=7,
            samples_of="movements",
            is_default=False,
        ),
    )
}


def chosen(names: tuple[str, ...]) -> list[Table]:
    """The tables of these names in our own order; without names those that are the default.

    Raises:
        DatasetError: there is no such table.
    """
    unknown = sorted(set(names) - TABLES.keys())
    if unknown:
        raise DatasetError(f"no table {', '.join(unknown)}: there are {', '.join(TABLES)}")
    return [one for one in TABLES.values() if (one.name in names if names else one.is_default)]
