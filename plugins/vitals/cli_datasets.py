"""cli_datasets: `vitals dataset`: frozen data sets for a study team or a publication."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vitals import settings as configuration
from vitals import warehouse
from vitals.cli_usage import UsageError
from vitals.progress import say

datasets_app = typer.Typer(
    help="Frozen data sets: a folder that explains and proves itself.", no_args_is_help=True
)

_EXAMPLE = "make dataset NAME=sleep-2026 STUDY=sleep"
_HOLDS_DELETED = "holds somebody who was deleted: delete it or make it anew"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(datasets_app, name="dataset")


@datasets_app.command("make")
def make(
    name: Annotated[str, typer.Argument(help="Name of the data set, for example sleep-2026.")],
    study: Annotated[
        str | None, typer.Option(help="Its members only, each on the days of the study.")
    ] = None,
    participant: Annotated[
        list[str] | None, typer.Option(help="Only this participant. Repeatable.")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First local day.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last local day, included.")
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this table, of participants, daily_health, weekly_health, monthly_health, "
            "participant_day, sleep_sessions, sleep_stages, activities, heart_rate_minutes, "
            "movement_minutes; heart_rate_samples and movement_samples come if asked for. "
            "Repeatable."
        ),
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", help="parquet, or csv (compressed with gzip).")
    ] = "parquet",
    to: Annotated[
        Path | None,
        typer.Option(help="Where its folder is made.", show_default="datasets/ in VITALS_HOME"),
    ] = None,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Random study codes instead of ids.")
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            help="With --pseudonyms: where it is kept who is who; codes in it are used again.",
            show_default="dataset-keys/NAME.csv in VITALS_HOME",
        ),
    ] = None,
) -> None:
    """Write a data set into a new folder: Parquet files, their description, checksums.

    Everything is of one instant, and holds no name, e-mail address or date of birth.

    Example: vitals dataset make sleep-2026 --study sleep --end 2026-06-30 --pseudonyms
    """
    from vitals.datasets import files, tables
    from vitals.datasets.making import Order
    from vitals.datasets.making import make as make_dataset
    from vitals.datasets.selection import Selection

    if not name.strip():
        raise UsageError(f"no name given: {_EXAMPLE}")
    if file_format not in files.FORMATS:
        raise UsageError(f"no format {file_format!r}: choose {' or '.join(files.FORMATS)}")
    if key and not pseudonyms:
        raise UsageError("--key says where the codes of --pseudonyms are kept: give both")
    settings = configuration.load()
    first, last = (one.date() if one else None for one in (start, end))
    order = Order(
        name,
        to or settings.home / "datasets",
        Selection(study, tuple(participant or ()), first, last),
        tables.chosen(tuple(table or ())),
        file_format,
        (key or settings.home / "dataset-keys" / f"{name}.csv") if pseudonyms else None,
        key_is_new=not key,
    )
    made = make_dataset(settings.warehouse_dsn, order, say)
    print(f"{made.people}, {made.rows:,} rows: {order.folder}")
    if order.key_file:
        print(f"who is who: {order.key_file} (give it to nobody who gets the data set)")
    print(f"data: {made.data_sha256}")


@datasets_app.command("check")
def check(folder: Annotated[Path, typer.Argument(help="The folder of a data set.")]) -> None:
    """Prove that a data set is what was made: checksums of all files, rows counted again.

    Needs no warehouse.
    """
    from vitals.datasets import checking

    problems = checking.check(folder, say)
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"vitals: {folder} is not the data set that was made")
    print("every file is as it was made")


@datasets_app.command("list")
def list_datasets() -> None:
    """List the data sets that were made; those that were handed out are the team's to delete."""
    from vitals.datasets import book

    with warehouse.connect(configuration.load().warehouse_dsn, autocommit=True) as connection:
        entries = book.listed(connection)
    print(f"{'made':<10} {'people':>6} {'rows':>13} {'data':<12} {'study':<12} name")
    for one in entries:
        rows = f"{one.row_count:,}" if one.row_count is not None else "unfinished"
        people = one.participants if one.participant_count is None else one.participant_count
        warning = f" ({_HOLDS_DELETED})" if one.holds_deleted else ""
        print(
            f"{one.begun_at:%Y-%m-%d} {people:>6,} {rows:>13} "
            f"{(one.data_sha256 or '')[:12]:<12} {one.study or '':<12} {one.dataset_name}{warning}"
        )
