"""cli_archive: the `vitals archive` commands, which look at cold storage without Airflow."""

from typing import TYPE_CHECKING, Annotated

import typer

from vitals import settings as configuration
from vitals.embedded.secrets import with_secrets

if TYPE_CHECKING:
    from vitals.archive.bucket import Bucket

commands = typer.Typer(
    help="Look at cold storage; docs/archive.md says more.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands, name="archive")


@commands.command()
def parts(
    table: Annotated[str, typer.Argument(help="A table of raw; all without one.")] = "",
) -> None:
    """List what lies in the bucket, as its manifests say."""
    from vitals.archive.restore import choose

    found = choose(_bucket(), [table] if table else [])
    for one in found:
        times = f"{one.min_time:%Y-%m-%d %H:%M} to {one.max_time:%Y-%m-%d %H:%M}"
        typer.echo(
            f"{one.table:32} part {one.part_number:<3} {times}  {one.rows:>13,} rows  "
            f"{_size(one.size_bytes)}"
        )
    total = sum(one.rows for one in found)
    typer.echo(f"{len(found):,} parts, {total:,} rows")


def _size(size_bytes: int) -> str:
    if size_bytes < 1e6:
        return f"{size_bytes / 1e3:,.1f} kB"
    return f"{size_bytes / 1e6:,.1f} MB"


@commands.command()
def rules(
    apply: Annotated[bool, typer.Option("--apply", help="Change what differs.")] = False,
) -> None:
    """Show how the bucket's rules differ from the settings."""
    from vitals import warehouse
    from vitals.archive import lifecycle
    from vitals.lake import owner

    bucket = _bucket()
    if not apply and not bucket.exists():
        typer.echo(f"there is no bucket {bucket.name} yet: the first archive run makes it")
        return
    bucket.ensure()
    with warehouse.connect(configuration.load().warehouse_dsn, autocommit=True) as connection:
        owner.refuse_stranger(connection, bucket.lake)
    aspects = lifecycle.compare(bucket)
    for line in (line for aspect in aspects for line in aspect.difference):
        typer.echo(line)
    differing = [aspect.name for aspect in aspects if aspect.difference]
    if not differing:
        typer.echo("the bucket is as the settings say")
    elif apply:
        typer.echo(f"changed: {', '.join(lifecycle.apply(bucket, aspects))}")
    else:
        typer.echo("nothing was changed: say `vitals archive rules --apply`, or run the archive")


def _bucket() -> "Bucket":
    """The bucket that the settings name, over a client of the settings' own connection."""
    from vitals import storage
    from vitals.archive import settings as archive_settings
    from vitals.archive.bucket import Bucket

    settings = with_secrets(configuration.load())
    return Bucket(storage.client(settings.s3), archive_settings.read(settings.environment))
