"""cli_tokens: `vitals token`: who may read what through the API."""

import sys
from datetime import timedelta
from typing import Annotated, Any

import psycopg
import typer

from vitals import settings as configuration
from vitals import warehouse

tokens_app = typer.Typer(help="Tokens of the health data API.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(tokens_app, name="token")


@tokens_app.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="Who or what it is for.")],
    participant: Annotated[str | None, typer.Option(help="Shows this participant only.")] = None,
    study: Annotated[str | None, typer.Option(help="Shows the study's members only.")] = None,
    days: Annotated[int, typer.Option(help="How long it lasts.", min=1, max=3650)] = 90,
) -> None:
    """Make a token and print it, once. Without participant and study it shows everything."""
    from vitals.api import tokens

    if not name.strip():
        sys.exit("vitals: say who the token is for: make token NAME=notebook")
    with _warehouse() as connection:
        try:
            made = tokens.create(
                connection,
                name,
                participant_id=participant,
                study=study,
                lifetime=timedelta(days=days),
            )
        except tokens.TokenError as error:
            sys.exit(f"vitals: {error}")
    shown = participant or (f"study {study}" if study else "everybody")
    print(made.text)
    print(
        f"token {made.token_id} shows {shown} until {made.expires_at:%Y-%m-%d}; "
        "it cannot be shown again",
        file=sys.stderr,
    )


@tokens_app.command("list")
def list_tokens() -> None:
    """List all tokens: what they show, until when, when they were last used."""
    from vitals.api import tokens

    with _warehouse() as connection:
        rows = tokens.listed(connection)
    print(f"{'id':>5} {'state':<8} {'shows':<24} {'expires':<10} {'last used':<16} name")
    for row in rows:
        used = f"{row['last_used_at']:%Y-%m-%d %H:%M}" if row["last_used_at"] else "never"
        print(
            f"{row['token_id']:>5} {row['state']:<8} {_shows(row):<24} "
            f"{row['expires_at']:%Y-%m-%d} {used:<16} {row['token_name']}"
        )


@tokens_app.command("revoke")
def revoke_token(
    token_id: Annotated[int, typer.Argument(help="Its number in `vitals token list`.")],
) -> None:
    """Withdraw a token; within seconds the API refuses it."""
    from vitals.api import tokens

    with _warehouse() as connection:
        if not tokens.revoke(connection, token_id):
            sys.exit(f"vitals: there is no token {token_id} that could be revoked")
    print(f"token {token_id} is revoked")


def _shows(row: dict[str, Any]) -> str:
    return row["scope"] if row["scope"] == "read-all" else f"{row['scope']} {row['sees']}"


def _warehouse() -> psycopg.Connection:
    return warehouse.connect(configuration.load().warehouse_dsn, autocommit=True)
