"""cli_data: the `vitals` commands about what is kept for good, and what must not be."""

import json
import sys
from datetime import datetime
from typing import Annotated

import typer

from vitals import first_run, warehouse
from vitals import settings as configuration
from vitals.accounts import store
from vitals.accounts.revoking import give_back
from vitals.progress import say
from vitals.settings import Settings
from vitals.sources import api_providers

FirstDay = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="First day (UTC) on which the provider was read."),
]
LastDay = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last such day, included.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("rebuild-from-lake")(rebuild_from_lake)
    app.command("populate")(populate)
    app.command("delete-participant")(delete_participant)


def rebuild_from_lake(
    source: Annotated[
        list[str] | None, typer.Option(help="Provider; all unless given. Repeatable.")
    ] = None,
    participant: Annotated[
        list[str] | None, typer.Option(help="Whose accounts; all unless given. Repeatable.")
    ] = None,
    start: FirstDay = None,
    end: LastDay = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also loads that the warehouse has.")
    ] = False,
) -> None:
    """Make loads of the providers again from what was delivered for them; nobody is called."""
    from vitals.lake.store import Lake
    from vitals.load.rebuild import Wanted, rebuild

    unknown = sorted(set(source or ()) - api_providers().keys())
    if unknown:
        sys.exit(f"vitals: no provider {unknown[0]!r}: choose {', '.join(api_providers())}")
    settings = configuration.load()
    wanted = Wanted(
        source or (),
        start.date() if start else None,
        end.date() if end else None,
        participant or (),
        again,
    )
    summary = rebuild(settings.warehouse_dsn, Lake.of(settings), wanted, progress=say)
    for name, problem in summary.problems.items():
        print(f"{name}: {problem}")
    if summary.problems:
        sys.exit(1)


def populate() -> None:
    """Fill the warehouse from the archive and the lake, as after a lost database.

    What it has stays as it is.
    """
    if not first_run.populate(configuration.load(), say):
        sys.exit(1)


def delete_participant(
    participant: Annotated[str, typer.Argument(help="Who, for example p0001.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole receipt.")] = False,
) -> None:
    """Delete a participant from everywhere, for good: no load brings them back.

    Their documents in MongoDB are yours and stay. What was done is printed in short; a receipt
    without personal data is kept as a file.
    """
    from vitals.archive import settings as archive_settings
    from vitals.archive.bucket import Bucket
    from vitals.deletion import participant as deletion
    from vitals.lake import owner
    from vitals.lake.store import Lake

    if not participant.strip():
        sys.exit("vitals: say who: vitals delete-participant p0001")
    settings = configuration.load()
    dsn = settings.warehouse_dsn
    lake = bucket = None
    if _has_objects(settings):
        lake = Lake.of(settings)
        bucket = Bucket(lake.client, archive_settings.read(settings.environment))
        with warehouse.connect(dsn, autocommit=True) as connection:
            owner.refuse_stranger(connection, lake)  # before anything is given back
    who, rows = deletion.look(dsn, participant)
    if not (any(rows.values()) or who.accounts or who.devices):
        print(f"nobody here is called {participant}: a deletion keeps later data of theirs out")
    print(
        f"{participant}: {sum(rows.values()):,} rows in {sum(map(bool, rows.values()))} tables, "
        f"{len(who.accounts)} accounts and imports, {len(who.devices)} devices"
    )
    for name, count in rows.items():
        if count:
            print(f"  {name:<44} {count:>12,}")
    if not yes and input("Delete all of it for good? Type the id again: ") != participant:
        sys.exit("vitals: nothing was deleted")
    _revoke(settings, participant)
    receipt = deletion.delete_participant(dsn, participant, lake, bucket, say)
    path = receipt.write(settings.home / "receipts")
    print(json.dumps(receipt.to_dict(), indent=2) if as_json else "\n".join(receipt.summary()))
    print(f"receipt: {path}")
    for wish in receipt.by_hand:
        print(f"to do: {wish}")
    if receipt.left:
        sys.exit("vitals: something is left: do it again")


def _revoke(settings: Settings, participant: str) -> None:
    """Give back the consents, as long as there are tokens to do it with."""
    for account in store.list_accounts(settings.warehouse_dsn):
        if account.participant_id == participant and account.provider in api_providers():
            spec = api_providers()[account.provider]
            print(f"{spec.title}: {give_back(spec, settings, account)}")


def _has_objects(settings: Settings) -> bool:
    """Whether there is a lake or an archive, or was one."""
    query = (
        "select exists (select from raw.loads where lake_object is not null) "
        "or exists (select from archive.parts) or exists (select from raw.stream__objects)"
    )
    with warehouse.connect(settings.warehouse_dsn) as connection:
        has_had = warehouse.only_value(connection.execute(query))
    return settings.storage.keeps_lake or has_had
