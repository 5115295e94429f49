"""airflow: the four processes of an Airflow on this machine, set up by environment variables alone.

metadata database -> api-server, scheduler, dag-processor, triggerer, all at once. Airflow's own
`standalone` is not used: killing it leaves its children behind, and it cannot restart one of them.
Logs are read from the shared folder, so no log servers run.
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

import psycopg

from vitals.embedded import health
from vitals.embedded.airflow_environment import (
    PASSWORDS_FILE,
    airflow_environment,
    metadata_dsn,
)
from vitals.embedded.dbt_project import DbtProject
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import NotReady, Part, Service
from vitals.errors import first_line
from vitals.settings import AIRFLOW_USER, Settings


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
        files = {*plugins.glob("*.py"), *(plugins / "vitals" / "orchestration").rglob("*.py")}
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
            said = json.loads(health.ask(address))
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
