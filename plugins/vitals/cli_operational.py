"""cli_operational: the `vitals` commands about the synthetic operational database."""

from datetime import UTC, datetime
from typing import Annotated

import psycopg
import typer

from vitals import connection_uris, warehouse
from vitals import settings as configuration
from vitals.operational_settings import OperationalTarget
from vitals.settings import Settings

commands = typer.Typer(
    name="operational",
    help="A synthetic operational database: users and activities that change.",
    no_args_is_help=True,
)

Seed = Annotated[int, typer.Option(help="Another seed makes other people and changes.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands)


@commands.command()
def fill(
    people: Annotated[int, typer.Option(help="How many users.", min=1)] = 24, seed: Seed = 1
) -> None:
    """Make the schema `oltp` and add the users and activities that are missing."""
    from vitals.synthetic import operational

    with _connected() as connection:
        print(f"{operational.fill(connection, seed, people)} rows added")


@commands.command()
def change(
    changes: Annotated[int, typer.Option(help="How many.", min=1)] = 10, seed: Seed = 1
) -> None:
    """Insert, update and delete rows, as an application does in a day."""
    from vitals.synthetic import operational

    now = datetime.now(UTC)
    with _connected() as connection:
        # The moment is part of the seed, or each call would draw the same.
        made = operational.change(connection, seed + int(now.timestamp()), changes, now)
    for one in made:
        print(f"{one.kind:<9} {one.key:<10} {'deleted' if one.row is None else 'written'}")


def own_target(settings: Settings) -> OperationalTarget:
    """The operational database as the settings name it, for its own login."""
    connection = settings.operational.connection
    own = connection_uris.postgres_dsn(connection) if connection else None
    return settings.operational.target(settings.warehouse_dsn, own)


def _connected() -> psycopg.Connection:
    return warehouse.connect(own_target(configuration.load()).dsn)
