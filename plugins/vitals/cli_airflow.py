"""cli_airflow: the Airflow that `make up` starts: its own command line, and its schedules."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vitals import settings as configuration
from vitals.embedded.airflow_environment import airflow_environment
from vitals.embedded.secrets import with_secrets
from vitals.progress import say

# Everything after the name is Airflow's, --help included.
_AS_IT_IS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


class Switch(StrEnum):
    """Whether DAGs run by themselves."""

    ON = "on"
    OFF = "off"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(context_settings=_AS_IT_IS)(airflow)
    app.command()(schedule)


def airflow(context: typer.Context) -> None:
    """Airflow's own command line, such as `vitals airflow dags list`; `make up` first."""
    chosen = with_secrets(configuration.load())
    program = Path(sys.executable).with_name("airflow")
    os.execve(program, [str(program), *context.args], dict(airflow_environment(chosen)))


def schedule(
    switch: Annotated[Switch, typer.Argument(help="Whether DAGs run by themselves.")],
    dags: Annotated[list[str] | None, typer.Argument(help="All that have a schedule.")] = None,
) -> None:
    """Let everything run by itself, every night and when data arrives; or only by hand.

    Example: vitals schedule on; vitals schedule off archive_to_glacier
    """
    from vitals.orchestration import rest, schedules

    schedules.switch(rest.connect(), switch is Switch.ON, dags or [], say)


def tell_schedules() -> None:
    """Say if most DAGs are off, as at first; nothing while Airflow cannot be asked."""
    from vitals.orchestration import rest, schedules

    try:
        off, known = schedules.off_by_schedule(rest.connect())
    except rest.AirflowError:
        return
    if off > known / 2 or not known:  # Airflow has not read them yet: they begin switched off
        how_many = f"{off} of {known} are off" if known else "off"
        print(f"Schedules: {how_many}; `make schedule` lets every DAG run by itself", flush=True)
