"""cli: the `vitals` command. Every verb calls one function elsewhere; `make` calls these verbs."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Annotated, TextIO

import psycopg
import typer

from vitals import (
    cli_accounts,
    cli_airflow,
    cli_archive,
    cli_data,
    cli_datasets,
    cli_imports,
    cli_operational,
    cli_stream,
    cli_studies,
    cli_tokens,
    first_run,
    warehouse,
)
from vitals import settings as configuration
from vitals.archive.errors import ArchiveError
from vitals.cli_usage import UsageError
from vitals.connection_uris import CONNECTION_VARIABLES
from vitals.deletion.errors import DeletionError
from vitals.embedded import supervisor
from vitals.embedded.secrets import with_secrets
from vitals.embedded.service import Service
from vitals.errors import ExpectedError, first_line
from vitals.lake.errors import LakeError
from vitals.monitoring import freshness
from vitals.orchestration.dbt_project import project_environment
from vitals.progress import say
from vitals.settings import AIRFLOW_USER, SettingError, Settings

app = typer.Typer(
    name="vitals",
    help="Vitals Warehouse on this machine: start it, look at it, ask it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


# Their messages tell a person what is wrong and what to do.
EXPECTED = (ExpectedError, LakeError, ArchiveError, DeletionError)


def main() -> None:
    """Run the command; an error that a person can act on is one line on standard error."""
    try:
        app(prog_name="vitals")
    except UsageError as error:
        print(f"vitals: {error}", file=sys.stderr)
        sys.exit(2)
    except EXPECTED as error:
        sys.exit(f"vitals: {error}")
    except psycopg.OperationalError as error:  # the connection was lost on the way, disk full
        sys.exit(f"vitals: the warehouse failed ({first_line(error)}): `make status`")
    except BrokenPipeError:  # as in `make status | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # no permission, disk full: the message names the file
        sys.exit(f"vitals: {error}")
    except KeyboardInterrupt:
        sys.exit("vitals: interrupted")


@app.command()
def up() -> None:
    """Start the services and Airflow, and bring the warehouse to its newest schema.

    What runs already is left alone, what was killed comes back.
    """
    _start()
    cli_airflow.tell_schedules()


@app.command()
def down() -> None:
    """Stop everything that `up` started. The data stays."""
    settings = configuration.load()
    with supervisor.alone(settings.home):
        supervisor.down(supervisor.all_parts(settings), say)


@app.command()
def status() -> None:
    """Show each service. Exit status 1 if one died or does not answer."""
    settings = configuration.load()
    for system in sorted(settings.external):
        print(f"{system:<22} external (set in {CONNECTION_VARIABLES[system]})")
    troubled = False
    for part in [*supervisor.parts(settings), *supervisor.started_by_hand(settings)]:
        if isinstance(part, Service):
            state = part.state()
            where = f" on 127.0.0.1:{part.port}" if part.port and state == "running" else ""
            print(f"{part.name:<22} {state}{where}")
            troubled = troubled or state not in ("running", "stopped")
    if troubled:
        sys.exit("vitals: not everything is well: `make up` brings back what is missing")


@app.command()
def env() -> None:
    """Print `export` lines with every connection and password: eval "$(make -s env)"."""
    for name, value in _exports(with_secrets(configuration.load())).items():
        print(f"export {name}={_quoted(value)}")


@app.command()
def sql(query: Annotated[str, typer.Argument(help="One or more SQL statements.")]) -> None:
    """Run SQL in the warehouse; what it returns is printed as CSV with a header line."""
    if not query.strip():
        raise UsageError("no query given: make sql Q='select * from agg.daily_health limit 5'")
    settings = configuration.load()
    try:
        connection = warehouse.connect(settings.warehouse_dsn, autocommit=True)
    except warehouse.WarehouseError as error:
        hint = "" if "warehouse" in settings.external else " (`make up` starts it)"
        sys.exit(f"vitals: {error}{hint}")
    with connection:
        try:
            cursor = connection.execute(query)
        except psycopg.Error as error:
            sys.exit(f"vitals: {_complaint(query, error)}")
        _write_results(cursor, sys.stdout)


@app.command()
def migrate() -> None:
    """Apply the SQL migrations that the warehouse does not have yet."""
    settings = configuration.load()
    for name in warehouse.migrate(settings.warehouse_dsn) or ["nothing to apply"]:
        print(name)
    freshness.write_limits(settings.warehouse_dsn, settings.environment)


@app.command()
def dag(
    dag_id: Annotated[str, typer.Argument(help="For example iot_master_dag.")],
    conf: Annotated[str, typer.Option(help="Parameters of the run, a JSON object.")] = "{}",
) -> None:
    """Run one DAG to its end; exit status 0 only if it succeeds."""
    if not dag_id.strip():
        raise UsageError("no DAG given: make dag DAG=iot_master_dag (dags/README.md lists them)")
    from vitals.orchestration import dag_runs

    sys.exit(dag_runs.run_dag(dag_id, _json_object(conf)))


@app.command()
def demo() -> None:
    """Start everything, fill it with a synthetic cohort, run the DAGs and show the results."""
    from vitals.orchestration import demo as orchestrated

    orchestrated.simulate_providers()
    _start()
    sys.exit(orchestrated.run_demo())


@app.command()
def generate(
    participants: Annotated[int, typer.Option(help="How many people.", min=1)] = 8,
    days: Annotated[int, typer.Option(help="Days of data, up to yesterday.", min=1)] = 36,
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = 1,
    resolution: Annotated[int, typer.Option(help="Seconds between samples.", min=1, max=15)] = 15,
    truth: Annotated[
        Path | None, typer.Option(help="Folder for the truth behind the documents, as Parquet.")
    ] = None,
) -> None:
    """Fill the document store with a synthetic cohort; documents that are there stay."""
    from vitals.synthetic import Cohort, fill_mongo, write_truth

    settings = configuration.load()
    cohort = Cohort.recent(
        days,
        participants=participants,
        seed=seed,
        resolution_seconds=resolution,
        default_time_zone=settings.default_time_zone,
        local_time_collections=settings.iot_local_time_collections,
    )
    for collection, added in fill_mongo(cohort, settings.mongo_uri).items():
        print(f"{collection:<22} {added} documents added")
    if truth:
        write_truth(cohort, truth)


cli_accounts.register(app)
cli_airflow.register(app)
cli_archive.register(app)
cli_imports.register(app)
cli_stream.register(app)
cli_studies.register(app)
cli_tokens.register(app)
cli_data.register(app)
cli_datasets.register(app)
cli_operational.register(app)


def _start() -> None:
    settings = with_secrets(configuration.load())
    with supervisor.alone(settings.home):
        supervisor.up(supervisor.parts(settings), say)
    first_run.welcome(settings, say)
    print(f"Airflow:   {settings.airflow_url} (user {AIRFLOW_USER}, password: `make env`)")
    print(f"Dashboard: {settings.dashboard_url}")
    print(f"API:       {settings.api_url}/docs (`make token` makes a token)", flush=True)


def _json_object(text: str) -> dict:
    try:
        value = json.loads(text or "{}")
    except ValueError as error:
        raise SettingError(f"CONF is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise SettingError('CONF must be a JSON object such as \'{"mode": "full"}\'')
    return value


def _quoted(value: str) -> str:
    """For the shell, always in single quotes."""
    return "'" + value.replace("'", "'\\''") + "'"


def _exports(settings: Settings) -> dict[str, str]:
    """What `env` prints: connections, logins, addresses."""
    embedded = [
        configuration.digest(settings.connections[variable])
        for system, variable in CONNECTION_VARIABLES.items()
        if system not in settings.external
    ]
    exports = {
        **settings.connections,
        "VITALS_EMBEDDED": " ".join(embedded),
        "VITALS_WAREHOUSE_DSN": settings.warehouse_dsn,
        "VITALS_MONGO_URI": settings.mongo_uri,
        "VITALS_S3_ENDPOINT": settings.s3.endpoint_url or "",
        "VITALS_API_URL": settings.api_url,
        "VITALS_DASHBOARD_URL": settings.dashboard_url,
        "VITALS_AIRFLOW_URL": settings.airflow_url,
        "VITALS_AIRFLOW_USER": AIRFLOW_USER,
        "VITALS_AIRFLOW_PASSWORD": settings.secrets.airflow_password,
    }
    # For running dbt by hand with what the DAGs give it.
    exports |= project_environment(settings.warehouse_dsn, settings)
    if settings.has_analyst_login:
        exports["VITALS_ANALYST_PASSWORD"] = settings.secrets.analyst_password
        exports["VITALS_ANALYST_DSN"] = settings.analyst_dsn
    return exports


def _complaint(query: str, error: psycopg.Error) -> str:
    """What PostgreSQL says, in one line: the error, where in a long query, and its hint."""
    said = first_line(error)
    if error.diag.statement_position and "\n" in query:
        before = query[: int(error.diag.statement_position) - 1]
        said += f" (line {before.count(chr(10)) + 1})"
    hint = error.diag.message_hint
    return f"{said}: {hint}" if hint else said


def _write_results(cursor: psycopg.Cursor, out: TextIO) -> None:
    """Write every result set as PostgreSQL words its values; NULL is an empty field."""
    writer = csv.writer(out, lineterminator="\n")
    while True:
        result = cursor.pgresult
        if result is not None and cursor.description:
            writer.writerow([column.name for column in cursor.description])
            for row in range(result.ntuples):
                values = [result.get_value(row, column) for column in range(result.nfields)]
                writer.writerow(["" if v is None else v.decode() for v in values])
        if not cursor.nextset():
            return


if __name__ == "__main__":
    main()
