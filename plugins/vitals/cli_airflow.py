"""cli_airflow: Airflow's own command line, on the Airflow that `make up` starts."""

import os
import sys
from pathlib import Path

import typer

from vitals import settings as configuration
from vitals.embedded.airflow_environment import airflow_environment
from vitals.embedded.secrets import with_secrets

# Everything after the name is Airflow's, --help included.
_AS_IT_IS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(context_settings=_AS_IT_IS)(airflow)


def airflow(context: typer.Context) -> None:
    """Airflow's own command line, such as `vitals airflow dags list`; `make up` first."""
    chosen = with_secrets(configuration.load())
    program = Path(sys.executable).with_name("airflow")
    os.execve(program, [str(program), *context.args], dict(airflow_environment(chosen)))
