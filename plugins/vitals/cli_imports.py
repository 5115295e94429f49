"""cli_imports: the `vitals` command that reads account exports."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from vitals import settings as configuration
from vitals.accounts.consent import check_participant
from vitals.cli_usage import UsageError
from vitals.progress import say
from vitals.settings import SettingError

_EXAMPLE = "make import FILES='takeout-1.zip takeout-2.zip' PARTICIPANT=p0001"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Archives (all parts of one export), folders or files."),
    ] = None,
    participant: Annotated[
        str, typer.Option(help="Whose export it is, for example p0001.", show_default=False)
    ] = "",
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="IANA name such as Europe/Paris, or a file with a JSON array of valid_from and "
            "time_zone for somebody who moved. Default: what the warehouse knows of the person."
        ),
    ] = None,
    born: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of birth.")
    ] = None,
    gender: Annotated[str | None, typer.Option(help="female, male or another word.")] = None,
    height_cm: Annotated[float | None, typer.Option(help="Height.", min=50, max=250)] = None,
) -> None:
    """Load account exports: Google Takeout, PMData, Apple Health, Strava, Garmin.

    What was loaded before is recognised, and what cannot be read is named;
    neither keeps anything else from being loaded. `select * from
    raw.export_files` says what became of every file.

    Example: vitals import takeout-1.zip takeout-2.zip --participant p0001
    """
    if not paths or not participant.strip():
        missing = "participant" if paths else "files"
        raise UsageError(f"no {missing} given: {_EXAMPLE}")
    # These cost a second, which other commands need not pay.
    from vitals.load.export_people import Person
    from vitals.load.exports import import_exports

    check_participant(participant)
    zones = _zones(time_zone) if time_zone else None
    person = Person(participant, zones, born.date() if born else None, gender, height_cm)
    settings = configuration.load()
    try:
        summary = import_exports(settings.warehouse_dsn, paths, person, progress=say)
    except ValueError as error:
        sys.exit(f"vitals: {error}")
    for path, problem in summary.problems.items():
        print(f"not read: {path}: {problem}")
    for kind, basis in sorted(summary.bases.items()):
        print(f"times of {kind}: {basis}")
    if not summary.files.get("loaded") and not summary.files.get("unchanged"):
        sys.exit("vitals: nothing was recognised: give the export as it was downloaded")


def _zones(text: str) -> Any:
    path = Path(text)
    if path.suffix != ".json":
        return text
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise SettingError(f"{path} is no JSON ({error})") from None
