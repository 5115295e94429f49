"""include/dbt -> what the first transformation needs: a manifest and the static relations.

The manifest tells Cosmos which tasks to draw, so that parsing a DAG file runs no dbt. Views, seeds
and calendars (tag `static`) change with the code and not with the data, so they are built here and
not every 15 minutes. One dbt command makes both, and only when something has changed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from vitals import settings
from vitals.errors import ExpectedError
from vitals.warehouse import connect, has_relation

FOLDER = settings.PROJECT / "include" / "dbt"
PROFILE, TARGET = "vitals", "warehouse"  # in include/dbt/profiles.yml
_NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_NOT_SOURCE = {"target", "logs", "dbt_packages", ".user.yml"}


class DbtError(ExpectedError):
    """dbt refused the project or could not build it; the message is what dbt said."""


def manifest_path(home: Path | None = None) -> Path:
    """Where the manifest is that the DAGs are drawn from."""
    return (home or settings.load().home) / "dbt" / "manifest.json"


def parsed_project_path(home: Path | None = None) -> Path:
    """Where dbt keeps the parsed project, so that a later start need not read it again."""
    return (home or settings.load().home) / "dbt" / "target" / "partial_parse.msgpack"


def existing_manifest() -> Path:
    """`manifest_path()`, if there is a manifest.

    Raises:
        FileNotFoundError: it has not been made yet; the message says what makes it.
    """
    path = manifest_path()
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: `make up` makes it")
    return path


def loading_models(layer: str, rebuild: Sequence[str] = ("ranges", "days", "loads")) -> list[str]:
    """Names of the models of a layer that take in loads, of some kinds of `rebuild`.

    Raises:
        FileNotFoundError: the manifest has not been made yet.
    """
    manifest = json.loads(existing_manifest().read_text(encoding="utf-8"))
    return [
        node["name"]
        for node in manifest["nodes"].values()
        if layer in node["tags"] and node["config"].get("rebuild") in rebuild
    ]


def dbt_environment(warehouse_dsn: str) -> dict[str, str]:
    """The variables that include/dbt/profiles.yml reads, for a warehouse."""
    dsn = conninfo_to_dict(warehouse_dsn)
    return {
        "VITALS_DBT_HOST": str(dsn.get("host", "127.0.0.1")),
        "VITALS_DBT_PORT": str(dsn.get("port", 5432)),
        "VITALS_DBT_USER": str(dsn.get("user", "")),
        "VITALS_DBT_PASSWORD": str(dsn.get("password", "")),
        "VITALS_DBT_DBNAME": str(dsn.get("dbname", "")),
    }


def project_environment(warehouse_dsn: str, given: settings.Settings) -> dict[str, str]:
    """`dbt_environment()` and the settings that dbt writes into the views.

    All who run dbt have to give it the same, or it reads the whole project again.
    """
    return {
        **dbt_environment(warehouse_dsn),
        "VITALS_DEFAULT_TIME_ZONE": given.default_time_zone,
        "VITALS_SOURCE_PRIORITY": given.source_priority,
        "IOT__LOCAL_TIME_COLLECTIONS": ",".join(given.iot_local_time_collections),
        "VITALS_NOT_COMBINED": ",".join(
            name for name, api in given.apis.items() if not api.may_combine
        ),
    }


@contextmanager
def environment_of(variables: Mapping[str, str]) -> Iterator[None]:
    """Some variables in this process's environment, for a dbt that runs inside of it."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def prepare(given: settings.Settings) -> bool:
    """Make the manifest and the static relations, unless nothing changed since the last time.

    After a change every layer counts as waiting (`loads_waiting`), so that the next runs make
    again what is now defined in another way, even if no new data comes.

    Returns:
        Whether anything had to be done.

    Raises:
        DbtError: dbt failed.
        WarehouseError: the warehouse cannot be reached.
    """
    mark = given.home / "dbt" / "prepared"
    environment = project_environment(given.warehouse_dsn, given)
    state = _fingerprint(environment)
    made = mark.exists() and mark.read_text(encoding="utf-8") == state
    if made and manifest_path(given.home).exists() and _has_tables(given.warehouse_dsn):
        return False
    with connect(given.warehouse_dsn, role="transformer", autocommit=True) as connection:
        # A second installation waits: dbt makes schemas and seeds without looking for another dbt.
        connection.execute("select pg_advisory_lock(hashtextextended('vitals dbt prepare', 0))")
        _make_manifest(["build", "--select", "tag:static", *_NO_TESTS], given.home, environment)
        # Rows may be defined in another way now, which only dbt can find out, model by model.
        connection.execute("update stage.load_progress set taken_at = '-infinity'")
    mark.write_text(state, encoding="utf-8")
    return True


def run(given: settings.Settings, select: str) -> None:
    """Build some models outside of Airflow, in a warehouse that was prepared.

    Raises:
        DbtError: dbt failed.
    """
    folders = ["--target-path", str(given.home / "dbt" / "target")]
    folders += ["--log-path", str(given.home / "logs")]
    environment = project_environment(given.warehouse_dsn, given)
    _dbt(["run", "--select", select, *folders], environment)


def parse(home: Path) -> None:
    """Make the manifest alone, without a warehouse: for building an image.

    Raises:
        DbtError: the project has an error.
    """
    _make_manifest(["parse"], home, {})


def _make_manifest(command: list[str], home: Path, environment: Mapping[str, str]) -> None:
    """Run dbt, and put the new manifest in place in one step: DAG files are read all the time."""
    target = home / "dbt" / "target"
    target.mkdir(parents=True, exist_ok=True)
    _dbt([*command, "--target-path", str(target), "--log-path", str(home / "logs")], environment)
    fresh = target / "manifest.json.new"
    shutil.copyfile(target / "manifest.json", fresh)
    fresh.replace(manifest_path(home))


def _dbt(command: list[str], environment: Mapping[str, str]) -> None:
    """Run dbt on the project in a process of its own, quietly unless it fails."""
    where = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
    # The tasks name them, too: to dbt a project parsed without them is another one.
    where += ["--profile", PROFILE, "--target", TARGET]
    # Without compiled files each start of dbt would take twice as long.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), *command, *where, "--no-use-colors"],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DbtError(f"dbt {command[0]} failed:\n{(done.stdout + done.stderr).strip()}")


def _fingerprint(environment: Mapping[str, str]) -> str:
    """A mark that changes with the project's files and with what they are compiled for."""
    mark = hashlib.sha256(repr(sorted(environment.items())).encode())
    for path in sorted(FOLDER.rglob("*")):
        inside = path.relative_to(FOLDER)
        if path.is_file() and inside.parts[0] not in _NOT_SOURCE:
            mark.update(f"\n{inside}\n".encode() + path.read_bytes())
    return mark.hexdigest()


def _has_tables(warehouse_dsn: str) -> bool:
    with connect(warehouse_dsn) as connection:
        return has_relation(connection, "stage.load_progress")
