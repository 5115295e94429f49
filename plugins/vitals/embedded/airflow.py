"""airflow: the four processes of an Airflow on this machine, set up by environment variables alone.

metadata database -> api-server, scheduler, dag-processor, triggerer, all at once. Airflow's own
`standalone` is not used: killing it leaves its children behind, and it cannot restart one of them.
Sized for two cores: one web worker, eight tasks at a time. Logs are read from the shared folder,
so no log servers run.
"""

import contextlib
import importlib.metadata
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from vitals.embedded import health
from vitals.embedded.dbt_project import DbtProject
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import NotReady, Part, Service
from vitals.embedded.timescaledb import AIRFLOW_LOGIN
from vitals.settings import AIRFLOW_USER, SECRET_VARIABLES, Settings, read_env_file
from vitals.warehouse import first_line

PASSWORDS_FILE = "passwords.json"

# What a task may see of the caller's environment: settings of Airflow, dlt and ours, which all
# have a prefix and most a double underscore, and what reaching the network takes.
PASSED_ON = ("AIRFLOW_", "VITALS_", "COSMOS_", "DBT_", "IOT__")
PASSED_ON_EXACTLY = """
HOME LANG LC_ALL TZ HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE AWS_CA_BUNDLE CURL_CA_BUNDLE SYNTHETIC
""".split()  # noqa: SIM905

SETTINGS = {
    # LocalExecutor with dbt and Cosmos imported: a task starts in 0.3 s instead of 6 s.
    "AIRFLOW__CORE__EXECUTOR": "vitals.orchestration.executor.PreloadedLocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # More than cores, because most tasks wait for the one that runs dbt.
    "AIRFLOW__CORE__PARALLELISM": "8",
    # Accounts of a provider that are read by mapped tasks of one run.
    "AIRFLOW__CORE__MAX_MAP_LENGTH": "20000",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{AIRFLOW_USER}:admin",
    "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
    "AIRFLOW__API__HOST": "127.0.0.1",
    "AIRFLOW__API__WORKERS": "1",
    # A new or changed file is seen within seconds; one that did not change is not parsed again
    # every half minute, which would keep a core busy.
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
    "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "600",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    # The end of a task that was not seen at once is seen at the next heartbeat. With Airflow's own
    # 5 seconds tasks end late, and one that deferred may be resumed before that is known: then
    # its first part counts as a failure.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    "AIRFLOW__COSMOS__ENABLE_MEMORY_OPTIMISED_IMPORTS": "True",
    # Tasks find the parsed project where `make up` put it.
    "AIRFLOW__COSMOS__ENABLE_CACHE": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "RUNTIME__DLTHUB_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "PYTHONUNBUFFERED": "1",
}


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The whole environment of every Airflow process, and of what talks to Airflow's database.

    What the user set wins over what is chosen here.
    """
    home = settings.home / "airflow"
    programs = Path(sys.executable).parent
    ours = {
        **SETTINGS,
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(settings.project / "plugins"),
        "VITALS_HOME": str(settings.home),
        "VITALS_PACKAGES": str(settings.packages),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.project / "plugins"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{settings.airflow_url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": settings.secrets.airflow_fernet_key,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS_FILE),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _embedded_database(settings),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API__PORT": str(settings.ports.airflow),
        "AIRFLOW__API__BASE_URL": settings.airflow_url,
        "AIRFLOW__API__SECRET_KEY": settings.secrets.airflow_api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": settings.secrets.airflow_jwt_secret,
    }
    return {**ours, **_passed_on(settings), **settings.connections}


class AirflowDatabase(Part):
    """Airflow's metadata database at the revision of the installed Airflow."""

    name = "airflow-database"
    needs = ("timescaledb",)

    def up(self) -> str:
        """Migrate if this version of Airflow did not do so before; "migrated" or "current"."""
        mark = self.settings.home / "airflow" / "migrated"
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if mark.exists() and mark.read_text() == self._revision():
            return "current"
        command: list[str | Path] = [Path(sys.executable).with_name("airflow"), "db", "migrate"]
        log = self.settings.home / "logs" / f"{self.name}.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("ab") as output:
            done = subprocess.run(
                command,
                env=airflow_environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode != 0:
            raise EmbeddedError(f"`airflow db migrate` failed; its output is in {log}")
        mark.write_text(self._revision())
        return "migrated"

    def _revision(self) -> str:
        """Version of Airflow, and what its migration left in this very database."""
        version = importlib.metadata.version("apache-airflow-core")
        try:
            with psycopg.connect(metadata_dsn(self.settings)) as connection:
                row = connection.execute("select version_num from alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
        except psycopg.OperationalError as error:
            why = first_line(error)
            raise EmbeddedError(f"cannot reach Airflow's metadata database: {why}") from None
        return f"{version} {row[0] if row else 'empty'}"


class AirflowComponent(Service):
    """One of Airflow's processes; well when its heartbeat in the database is fresh."""

    needs: tuple[str, ...] = ("airflow-database", "warehouse")
    start_timeout = 300.0  # a busy machine; one that died is noticed at once
    stop_timeout = 30.0
    arguments: tuple[str, ...]
    job_type: str

    @property
    def folder(self) -> Path:
        """All components share Airflow's home."""
        return self.settings.home / "airflow"

    def prepare(self) -> None:
        """The folder that the processes run in."""
        super().prepare()
        (self.settings.project / "dags").mkdir(exist_ok=True)

    def command(self) -> list[str | Path]:
        """The component in the foreground."""
        return [Path(sys.executable).with_name("airflow"), *self.arguments]

    def configuration_text(self) -> str:
        """Code that a running process would not read again: what is installed, and our own part."""
        plugins = self.settings.project / "plugins"
        files = {*plugins.glob("*.py"), *(plugins / "vitals" / "orchestration").glob("*.py")}
        files |= set(self.settings.project.glob("requirements.txt"))
        return "".join(path.read_text(encoding="utf-8") for path in sorted(files))

    def environment(self) -> Mapping[str, str]:
        """Airflow's environment, worked out once."""
        return self._environment

    @cached_property
    def _environment(self) -> dict[str, str]:
        return airflow_environment(self.settings)

    def check(self) -> None:
        """Look for a heartbeat that is recent and not one of an earlier process."""
        query = "select extract(epoch from max(latest_heartbeat)) from job where job_type = %s"
        try:
            with psycopg.connect(metadata_dsn(self.settings), connect_timeout=3) as connection:
                row = connection.execute(query, [self.job_type]).fetchone()
        except psycopg.Error as error:
            raise NotReady(first_line(error)) from None
        beat = float(row[0] or 0) if row else 0.0
        if beat < self.record_file.stat().st_mtime:
            raise NotReady("it has not reported to the database yet")
        if beat < time.time() - 60:
            raise NotReady(f"its last sign of life is {time.time() - beat:.0f} s old")


class ApiServer(AirflowComponent):
    """The web UI and the REST API."""

    name = "airflow-api-server"
    port_setting = "VITALS_AIRFLOW_PORT"
    arguments = ("api-server",)

    @property
    def port(self) -> int:
        """Port of the web UI."""
        return self.settings.ports.airflow

    def prepare(self) -> None:
        """Give the user `admin` the generated password; Airflow reads it from a file."""
        super().prepare()
        passwords = self.folder / PASSWORDS_FILE
        passwords.touch(mode=0o600)
        passwords.write_text(self._passwords)

    def configuration_text(self) -> str:
        """Another password takes a restart, too."""
        return self._passwords + super().configuration_text()

    @property
    def _passwords(self) -> str:
        return json.dumps({AIRFLOW_USER: self.settings.secrets.airflow_password})

    def check(self) -> None:
        """Ask for the health page."""
        address = f"{self.settings.airflow_url}/api/v2/monitor/health"
        try:
            said = json.loads(health.ask(address, timeout_seconds=5))
        except ValueError as error:
            raise NotReady(str(error)) from None
        if said["metadatabase"]["status"] != "healthy":
            raise NotReady("it cannot reach its metadata database")

    def configure(self) -> None:
        """Have Airflow make the routes that tasks use; the first task would wait 6 s for them."""
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{self.settings.airflow_url}/execution/health", timeout=60)


class Scheduler(AirflowComponent):
    """Decides what runs, and runs the tasks in forks of its workers."""

    name = "airflow-scheduler"
    arguments = ("scheduler", "--skip-serve-logs")
    job_type = "SchedulerJob"


class DagProcessor(AirflowComponent):
    """Reads the DAG files, which are drawn from what `dbt-project` has made."""

    name = "airflow-dag-processor"
    needs = (*AirflowComponent.needs, "dbt-project")
    arguments = ("dag-processor",)
    job_type = "DagProcessorJob"


class Triggerer(AirflowComponent):
    """Waits for what deferred tasks wait for."""

    name = "airflow-triggerer"
    arguments = ("triggerer", "--skip-serve-logs")
    job_type = "TriggererJob"


def components(settings: Settings) -> list[Part]:
    """All of Airflow, in the order of need."""
    processes = (ApiServer, Scheduler, DagProcessor, Triggerer)
    prepared = (AirflowDatabase(settings), DbtProject(settings))
    return [*prepared, *(component(settings) for component in processes)]


def has_own_database(settings: Settings) -> bool:
    """Whether the user keeps Airflow's metadata somewhere else than in the embedded server."""
    return "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in settings.environment


def metadata_dsn(settings: Settings) -> str:
    """Airflow's metadata database as a libpq URI (Airflow's own form names a driver)."""
    given = settings.environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    scheme, _, rest = (given or _embedded_database(settings)).partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _embedded_database(settings: Settings) -> str:
    login = f"{AIRFLOW_LOGIN}:{quote(settings.secrets.airflow_database_password, safe='')}"
    return f"postgresql+psycopg2://{login}@127.0.0.1:{settings.ports.timescaledb}/airflow"


def _passed_on(settings: Settings) -> dict[str, str]:
    """The part of the caller's environment and `.env` that tasks get; never server passwords."""
    of_env_file = read_env_file(settings.project / ".env").keys()
    withheld = set(SECRET_VARIABLES.values()) - {*_airflow_secrets(), "VITALS_TOKEN_KEY"}
    return {
        name: value
        for name, value in settings.environment.items()
        if name not in withheld
        and (
            name in of_env_file
            or name in PASSED_ON_EXACTLY
            or name.startswith(PASSED_ON)
            or ("__" in name and not name.startswith("_"))
        )
    }


def _airflow_secrets() -> list[str]:
    return [name for name in SECRET_VARIABLES.values() if name.startswith("AIRFLOW__")]
