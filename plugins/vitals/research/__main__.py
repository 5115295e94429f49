"""python -m vitals.research: synthetic people -> the plots of docs/research."""

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import urlsplit

import psycopg
import typer
from psycopg import sql
from psycopg.rows import dict_row

from vitals import settings, warehouse
from vitals.orchestration import dbt_project
from vitals.research.plots import PLOTS
from vitals.research.rehearsal import fill
from vitals.synthetic.heart_events import HeartEvents

FOLDER = settings.PROJECT / "docs" / "research"
DATABASE = "vitals_research"
DAY_SECONDS = 86_400
DAYS = 365
# No whole number of hours, so that everybody is seen at every minute of the day in time.
INTERVAL_SECONDS = 7_207.0


def main(
    people: Annotated[int, typer.Option(help="How many synthetic people.")] = 300,
    into: Annotated[Path, typer.Option(help="Folder of the plots.")] = FOLDER,
) -> None:
    """Draw the plots from a year of synthetic events, on the running warehouse's server."""
    made = HeartEvents(datetime(2025, 1, 1, tzinfo=UTC), people, INTERVAL_SECONDS)
    count = int(people * DAYS * DAY_SECONDS / INTERVAL_SECONDS)
    given = settings.load()
    with _scratch(given) as scratch:
        fill(scratch.warehouse_dsn, made, count)
        dbt_project.prepare(scratch)
        dbt_project.run(scratch, "fct_heart_rates")
        draw(scratch.warehouse_dsn, into)


def draw(dsn: str, into: Path) -> None:
    """Write a plot of each question, and how long its view took."""
    into.mkdir(parents=True, exist_ok=True)
    with warehouse.connect(dsn) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        for name, plot in PLOTS.items():
            begun = time.perf_counter()
            query = sql.SQL("select * from {}").format(sql.Identifier("agg", name))
            rows = cursor.execute(query).fetchall()
            seconds = time.perf_counter() - begun
            plot(rows).save(into / f"{name}.svg")
            print(f"{name}: {len(rows)} groups in {seconds:.1f} s")


@contextmanager
def _scratch(given: settings.Settings) -> Iterator[settings.Settings]:
    """A warehouse of its own beside the given one, with a home of its own for what dbt makes."""
    address = urlsplit(given.warehouse_dsn)
    name = sql.Identifier(DATABASE)
    drop = sql.SQL("drop database if exists {} with (force)").format(name)
    with (
        TemporaryDirectory() as home,
        psycopg.connect(given.warehouse_dsn, autocommit=True) as connection,
    ):
        connection.execute(drop)
        connection.execute(sql.SQL("create database {}").format(name))
        try:
            beside = address._replace(path=f"/{DATABASE}").geturl()
            scratch = dataclasses.replace(given, home=Path(home), warehouse_connection=beside)
            warehouse.migrate(scratch.warehouse_dsn)
            yield scratch
        finally:
            connection.execute(drop)


if __name__ == "__main__":
    typer.run(main)
