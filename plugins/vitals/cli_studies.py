"""cli_studies: `vitals study`: who takes part in which study, and on which days."""

import sys
from datetime import date, datetime
from typing import Annotated

import psycopg
import typer

from vitals import settings as configuration
from vitals import warehouse

studies_app = typer.Typer(
    help="Studies: whose data a token may show, and on which days data is expected.",
    no_args_is_help=True,
)

Participants = Annotated[list[str], typer.Argument(help="Participants, for example p0001.")]
Study = Annotated[str, typer.Argument(help="Name of the study.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(studies_app, name="study")


@studies_app.command("add")
def add(
    study: Study,
    participants: Participants,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of data.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of data.")
    ] = None,
) -> None:
    """Add participants to a study; tokens of the study show them from then on.

    With --start or --end the ledger (agg.participant_day) expects nothing outside these local days.
    For who is in the study already they replace the dates; what they leave out stays.
    """
    from vitals.api import studies

    first, last = (one.date() if one else None for one in (start, end))
    with _warehouse() as connection:
        try:
            added = studies.add(connection, study, participants, first, last)
        except psycopg.errors.CheckViolation:
            sys.exit("vitals: the study would end before it starts: give --start and --end")
        print(f"{added} added; members: {len(studies.members(connection, study))}")


@studies_app.command("remove")
def remove(study: Study, participants: Participants) -> None:
    """Take participants out of a study."""
    from vitals.api import studies

    with _warehouse() as connection:
        removed = studies.remove(connection, study, participants)
        print(f"{removed} removed; members: {len(studies.members(connection, study))}")


@studies_app.command("list")
def list_members(study: Study) -> None:
    """List the participants of a study, and their dates if they have any."""
    from vitals.api import studies

    with _warehouse() as connection:
        for member in studies.members(connection, study):
            print(member.participant_id, *_dates(member.first_date, member.last_date))


def _dates(first: date | None, last: date | None) -> list[str]:
    found = [f"from {first}"] if first else []
    return found + ([f"until {last}"] if last else [])


def _warehouse() -> psycopg.Connection:
    return warehouse.connect(configuration.load().warehouse_dsn, autocommit=True)
