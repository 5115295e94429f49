"""Synthetic people -> MongoDB, Google Health -> every DAG -> the newest rows: `make demo`.

A second run finds its documents loaded and has little to do; on another day it adds that day.
"""

import os
import sys
import time
from pathlib import Path

import psycopg

from vitals import settings
from vitals.errors import ExpectedError
from vitals.orchestration import dag_runs, rest
from vitals.orchestration.rest import Airflow, AirflowError
from vitals.orchestration.tables import format_table
from vitals.progress import say
from vitals.warehouse import INCLUDE_SQL, WarehouseError, connect, only_value

MASTER = "iot_master_dag"
# In the order in which they follow each other.
AGGREGATES = ("iot_agg_transform_daily", "iot_agg_transform_weekly", "iot_agg_transform_monthly")
# Unpaused last: unpausing the first of them starts its latest daily run.
STANDBY = ("iot_stage_transform", "iot_raw_extract")
# People of the cohort have smartwatches; those after them are at a provider.
PROVIDER, PROVIDER_DAG = "google_health", "google_health_raw_extract"
WATCHES, ACCOUNTS = 6, 2
DAYS = "32"  # longer than any month
TABLES = ("daily_health", "weekly_health", "monthly_health")


def simulate_providers() -> None:
    """Let the simulator stand in for the providers in this process and what it starts."""
    os.environ.update(stand_in(settings.load()))


def stand_in(given: settings.Settings) -> dict[str, str]:
    """The environment in which the simulator stands in for the providers.

    Empty if the user has said whether it should, or has an app of their own at a provider.
    """
    own_apps = any(api.client_id for api in given.apis.values())
    if own_apps or "SYNTHETIC" in given.environment:
        return {}
    history = {} if "VITALS_HISTORY_DAYS" in given.environment else {"VITALS_HISTORY_DAYS": DAYS}
    return {"SYNTHETIC": "true", **history}


def run_demo() -> int:
    """Fill the document store, run the DAGs, and show what came of it.

    Returns:
        0 only if every run succeeded and every table has rows.
    """
    given = settings.load()
    try:
        return _run(given, rest.connect(given))
    except ExpectedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nno longer watching; the runs go on in Airflow", file=sys.stderr)
        return 130


def _run(given: settings.Settings, airflow: Airflow) -> int:
    _fill_store(given)
    _fill_operational_database(given)
    _wait_for_dags(airflow)
    states = [_read_accounts(given, airflow)] if given.synthetic else []
    for dag_id in (MASTER, *AGGREGATES):
        airflow.unpause(dag_id)
    known = {dag_id: dag_runs.finished_runs(airflow, dag_id) for dag_id in AGGREGATES}
    say(f"\n{MASTER}: MongoDB -> raw -> stage")
    run_id = airflow.trigger(MASTER, {})
    states.append(dag_runs.watch(airflow, MASTER, run_id, say))
    for dag_id in AGGREGATES if states[-1] == "success" else ():
        states += dag_runs.watch_new_runs(airflow, dag_id, known[dag_id], say)
    for dag_id in STANDBY:
        airflow.unpause(dag_id)
    shown = _show_tables(given)
    _show_pages(given)
    return 0 if shown and set(states) == {"success"} else 1


def _fill_store(given: settings.Settings) -> None:
    """Put a cohort that ends yesterday into MongoDB; what is there already stays."""
    from vitals.synthetic import Cohort, fill_mongo  # numpy and pymongo: not for `make dag`

    cohort = Cohort.recent(
        participants=WATCHES,
        days=int(DAYS),
        default_time_zone=given.default_time_zone,
        local_time_collections=given.iot_local_time_collections,
    )
    say(
        f"Synthetic cohort -> MongoDB: {cohort.participants} participants, "
        f"{cohort.start_date} to {cohort.last_date}"
    )
    begun = time.monotonic()
    added = fill_mongo(cohort, given.mongo_uri)
    counts = ", ".join(f"{number:,} {name}" for name, number in added.items() if number)
    say(f"{time.monotonic() - begun:5.0f} s  added {counts or 'nothing, all of it is there'}")


def _fill_operational_database(given: settings.Settings) -> None:
    """Register the same people for `operational_extract`, unless the user has such a database."""
    from vitals.synthetic import operational

    if given.operational.connection:
        return
    with connect(given.warehouse_dsn) as connection:
        added = operational.fill(connection, seed=1, people=WATCHES + ACCOUNTS)
    say(f"         {added} users and activities registered in schema oltp")


def _read_accounts(given: settings.Settings, airflow: Airflow) -> str:
    """Connect some simulated people and read their accounts; stage takes it in later, with IoT.

    Left paused: without the simulator, it would refuse these accounts every night.
    """
    from vitals.accounts.synthetic import connect_synthetic

    people = connect_synthetic(
        given.warehouse_dsn, given, [PROVIDER], accounts=ACCOUNTS, first=WATCHES + 1
    )
    names = ", ".join(account.participant_id for account in people)
    say(f"\n{PROVIDER_DAG}: simulated accounts of {names} -> raw")
    airflow.unpause(PROVIDER_DAG)
    state = dag_runs.watch(airflow, PROVIDER_DAG, airflow.trigger(PROVIDER_DAG, {}), say)
    airflow.pause(PROVIDER_DAG)
    _show_lake(given)
    return state


def _show_lake(given: settings.Settings) -> None:
    """Say where the answers are kept as delivered, if they are."""
    with connect(given.warehouse_dsn, role="loader") as connection:
        kept = only_value(connection.execute("select count(lake_object) from raw.loads"))
    if kept:
        say(f"      as delivered: {kept:,} objects in s3://{given.storage.bucket}/lake/")


def _wait_for_dags(airflow: Airflow, seconds: float = 120) -> None:
    wanted = {MASTER, *AGGREGATES, *STANDBY, PROVIDER_DAG}
    deadline = time.monotonic() + seconds
    while missing := wanted - set(airflow.dag_ids()):
        if time.monotonic() > deadline:
            raise AirflowError(
                f"Airflow has not read {', '.join(sorted(missing))} after {seconds:.0f} s: "
                f"see the import errors at {airflow.url}/dags"
            )
        time.sleep(1)


def _show_tables(given: settings.Settings) -> bool:
    """Print the newest rows of each table; False if one has none."""
    complete = True
    with connect(given.warehouse_dsn, role="analyst") as connection:
        for table in TABLES:
            query = (INCLUDE_SQL / "ops" / f"newest_{table}.sql").read_text(encoding="utf-8")
            try:
                rows = connection.execute(query)
            except psycopg.Error as error:
                raise WarehouseError(f"agg.{table} cannot be read: {error}") from None
            names = [column.name for column in rows.description or ()]
            lines = format_table(names, rows.fetchall())
            say(f"\nagg.{table}, newest rows\n" + "\n".join(lines))
            complete &= len(lines) > 2
    return complete


def _show_pages(given: settings.Settings) -> None:
    # Into a log or a pipe only where the password is, and not the password.
    password = given.secrets.airflow_password
    file = given.secrets_file
    if file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    where = f"VITALS_AIRFLOW_PASSWORD in {file}"
    say(
        f"\nAirflow      {given.airflow_url}\n"
        f"  user       {settings.AIRFLOW_USER}\n"
        f"  password   {password if sys.stdout.isatty() else where}\n"
        f"  Vitals     {given.airflow_url}/plugin/vitals\n"
        f"Dashboard    {given.dashboard_url}\n"
        f"API          {given.api_url}/docs (`make token NAME=...` makes a token)\n"
        "Warehouse    `make env` prints every connection; `make sql Q='select ...'` queries it\n"
        "Schedules    new documents are looked for every 15 minutes; `make schedule` switches on\n"
        "             the other DAGs, too: accounts, checks, reports, archive\n"
        "Everything keeps running until `make down`."
    )
