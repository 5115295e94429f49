"""The database's own catalogue -> every table, and the way from its rows to a participant.

A way is a condition in include/sql/deletion/ways. Most tables say by the name of a column whose a
row is; the others are listed here, with the reason where they hold nothing of anybody. A table of
ours that is neither stops every deletion, and the tests before it. Schemas of the user's own, such
as one that an archived part was restored into, are treated alike as far as their columns tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter

import psycopg

from vitals.deletion.errors import DeletionError
from vitals.deletion.statements import statement

OURS = ("raw", "stage", "agg", "accounts", "archive", "api", "ops", "quality", "datasets", "public")

# The first of these columns that a table has says whose its rows are.
BY_COLUMN = {
    "participant_id": "participant",
    "account_id": "account",
    "device_id": "device",
    "user_id": "user",
    "subject_id": "subject",
}

BY_TABLE = {
    "raw.load_files": "load_files",
    "raw.touched_days": "touched_days",
    "raw.rejected_records": "rejected_records",
    "raw.export_file_loads": "export_file_loads",
    "accounts.request_windows": "request_windows",
    "api.accesses": "accesses",
    "ops.failed_runs": "failed_runs",
    "ops.notices": "notices",
    "quality.results": "check_results",
}

# Tables without rows of anybody, and why.
NOBODYS = {
    "public.schema_migrations": "which migrations are applied",
    "accounts.tombstones": "keyed hashes, which keep the deleted from coming back",
    "raw._dlt_loads": "names of schemas",
    "raw._dlt_version": "schemas",
    "raw._dlt_pipeline_state": "schemas",
    "raw.oltp__activities": "a catalogue",
    "raw.iot__documents": "hashes of documents, which stay in the document store",
    "raw.stream__objects": "which objects there are; of whom is in raw.stream__heart_rates",
    "archive.parts": "which objects there are; of whom is in archive.part_subjects",
    "archive.this_warehouse": "the number of the database",
    "archive.restores": "which objects were loaded back, and how many rows",
    "datasets.made": "which data sets were made; of whom is in datasets.participants",
    "ops.freshness_limits": "settings",
    "quality.runs": "how many checks ended how",
    "stage.dim_activity_type": "a vocabulary",
    "stage.dim_country": "a vocabulary",
    "stage.dim_date": "a calendar",
    "stage.dim_metric": "a vocabulary",
    "stage.dim_time": "a clock",
    "stage.dim_time_zone": "time zones",
    "stage.expected_streams": "a vocabulary",
    "stage.load_progress": "which loads were taken in",
    "stage.rebuild_loads": "which loads a run added",
}


@dataclass(frozen=True)
class Table:
    """A table and its way to a participant.

    Attributes:
        name: with its schema.
        way: a condition of include/sql/deletion/ways; None if it holds nothing of anybody.
        refers_to: tables that its rows need.
    """

    name: str
    way: str | None
    refers_to: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """On `stored`: whether a row is the participant's."""
        return statement(f"ways/{self.way}")


def tables(connection: psycopg.Connection) -> list[Table]:
    """Every table that holds something of people, in an order in which it can be deleted.

    Raises:
        DeletionError: there is a table of which nobody has said whose its rows are.
    """
    found = {
        name: Table(name, way(name, columns), tuple(links))
        for name, columns, links in connection.execute(statement("tables")).fetchall()
    }
    strange = [
        name
        for name, table in found.items()
        if not table.way and name not in NOBODYS and name.partition(".")[0] in OURS
    ]
    if strange:
        raise DeletionError(
            f"{', '.join(strange)}: nothing says whose the rows are, so nobody can be deleted "
            "wholly: add the table to vitals.deletion.catalogue"
        )
    # Rows that others need go after them.
    needs = {table.name: table.refers_to for table in found.values()}
    order = [*TopologicalSorter(needs).static_order()][::-1]
    return [found[name] for name in order if name in found and found[name].way]


def way(name: str, columns: Iterable[str]) -> str | None:
    """The way from a table to participants; None if it has none."""
    if name in BY_TABLE:
        return BY_TABLE[name]
    if name in NOBODYS:
        return None
    if name.startswith("quality."):
        return "failing_rows"
    present = set(columns)
    return next((way for column, way in BY_COLUMN.items() if column in present), None)
