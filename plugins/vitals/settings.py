"""settings: environment, `.env` and generated secrets -> one frozen `Settings` object.

A value is taken from the first place that has it: the process environment, the file `.env` of the
project, the generated secrets in `<home>/secrets.env`, the default below. Loading reads two small
files and changes nothing; generating secrets is `vitals.embedded.secrets`'s work.

The systems are given as Airflow connection URIs, because every Airflow task and the web UI know
them in that form. A connection that is set in the environment or `.env` belongs to the user and
its embedded server is not started; one that is not set is derived from the embedded server's port
and password. What `make env` prints must not turn the embedded servers into the user's own, so it
also prints `VITALS_EMBEDDED`, digests of the connections it derived.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from vitals import api_settings, operational_settings, storage_settings
from vitals.api_settings import ApiSettings
from vitals.connection_uris import (
    CONNECTION_VARIABLES,
    MONGO_CONNECTION,
    S3_CONNECTION,
    WAREHOUSE_CONNECTION,
    S3Target,
    digest,
    mongo_database,
    mongo_uri,
    postgres_dsn,
    s3_target,
)
from vitals.operational_settings import OperationalSettings
from vitals.setting_values import SettingError, flag, number, whole_number
from vitals.storage_settings import StorageSettings

PROJECT = Path(__file__).resolve().parents[2]

WAREHOUSE_LOGIN = "vitals"
S3_ACCESS_KEY = "vitals"
AIRFLOW_USER = "admin"  # of the web UI and the REST API


@dataclass(frozen=True)
class Ports:
    """Ports of the embedded servers, all on 127.0.0.1."""

    airflow: int = 8080
    timescaledb: int = 5433
    mongodb: int = 27017
    s3: int = 9000
    simulator: int = 8900
    api: int = 8000
    dashboard: int = 8501
    kafka: int = 9092


@dataclass(frozen=True)
class Secrets:
    """Passwords and keys; generated at the first `make up` unless the user set them."""

    postgres_password: str = ""
    warehouse_password: str = ""
    airflow_database_password: str = ""
    analyst_password: str = ""
    api_database_password: str = ""
    s3_secret_key: str = ""
    airflow_password: str = ""
    airflow_fernet_key: str = ""
    airflow_jwt_secret: str = ""
    airflow_api_secret_key: str = ""
    token_key: str = ""


SECRET_VARIABLES = {
    "postgres_password": "VITALS_POSTGRES_PASSWORD",
    "warehouse_password": "VITALS_WAREHOUSE_PASSWORD",
    "airflow_database_password": "VITALS_AIRFLOW_DATABASE_PASSWORD",
    "analyst_password": "VITALS_ANALYST_PASSWORD",
    "api_database_password": "VITALS_API_DATABASE_PASSWORD",
    "s3_secret_key": "VITALS_S3_SECRET_KEY",
    "airflow_password": "VITALS_AIRFLOW_PASSWORD",
    "airflow_fernet_key": "AIRFLOW__CORE__FERNET_KEY",
    "airflow_jwt_secret": "AIRFLOW__API_AUTH__JWT_SECRET",
    "airflow_api_secret_key": "AIRFLOW__API__SECRET_KEY",
    "token_key": "VITALS_TOKEN_KEY",
}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, typed. Build it with `load()`.

    `external` names the systems ("warehouse", "mongo", "s3") whose connection the user set;
    `apis` are the providers with an API; with `synthetic` the simulator stands in for all of them.
    `storage` is what is kept in S3, `export_inbox` the folder or s3:// prefix in which account
    exports are looked for.
    `environment` is the process environment over `.env`, without generated values. Durations are
    timedeltas, time zones IANA names.
    """

    project: Path
    home: Path
    packages: Path
    ports: Ports
    warehouse_connection: str = field(repr=False)
    mongo_connection: str = field(repr=False)
    s3_connection: str = field(repr=False)
    external: frozenset[str]
    secrets: Secrets = field(repr=False)
    debian_mirror: str | None
    service_account: str
    default_time_zone: str
    schedule_time_zone: str
    source_priority: str
    iot_overlap: timedelta
    iot_local_time_collections: tuple[str, ...]
    synthetic: bool
    synthetic_accounts: int
    history_days: int
    export_inbox: str
    accounts_at_once: int
    apis: Mapping[str, ApiSettings]
    storage: StorageSettings
    operational: OperationalSettings
    environment: Mapping[str, str] = field(repr=False)

    @property
    def warehouse_dsn(self) -> str:
        """The warehouse as a libpq URI, `postgresql://login:password@host:port/database`."""
        return postgres_dsn(self.warehouse_connection)

    @property
    def mongo_uri(self) -> str:
        """The document store as a driver's URI, `mongodb://...` or `mongodb+srv://...`."""
        return mongo_uri(self.mongo_connection)

    @property
    def mongo_database(self) -> str:
        """The database of the IoT documents, `iot` unless the connection names another."""
        return mongo_database(self.mongo_connection)

    @property
    def s3(self) -> S3Target:
        """The S3 server and its key."""
        return s3_target(self.s3_connection)

    @property
    def connections(self) -> dict[str, str]:
        """The Airflow connections in force, by environment variable."""
        return {
            WAREHOUSE_CONNECTION: self.warehouse_connection,
            MONGO_CONNECTION: self.mongo_connection,
            S3_CONNECTION: self.s3_connection,
        }

    @property
    def has_analyst_login(self) -> bool:
        """Whether `make up` gives `analyst` a password: on the embedded server, or a chosen one."""
        return (
            "warehouse" not in self.external
            or SECRET_VARIABLES["analyst_password"] in self.environment
        )

    @property
    def analyst_dsn(self) -> str:
        """The warehouse as a libpq URI for the login `analyst`."""
        parts = urlsplit(self.warehouse_dsn)
        server = parts.netloc.rpartition("@")[2]
        login = f"analyst:{quote(self.secrets.analyst_password, safe='')}"
        return parts._replace(netloc=f"{login}@{server}").geturl()

    @property
    def airflow_url(self) -> str:
        """Address of the embedded Airflow, without a trailing slash."""
        return f"http://127.0.0.1:{self.ports.airflow}"

    @property
    def dashboard_url(self) -> str:
        """Address of the dashboard, without a trailing slash."""
        return f"http://127.0.0.1:{self.ports.dashboard}"

    @property
    def api_url(self) -> str:
        """Address of the embedded health data API, without a trailing slash."""
        return f"http://127.0.0.1:{self.ports.api}"

    @property
    def simulator_url(self) -> str:
        """Address of the provider simulator, without a trailing slash."""
        return _simulator_url(self.environment, self.ports)

    @property
    def secrets_file(self) -> Path:
        """Where the generated secrets are kept (mode 0600)."""
        return self.home / "secrets.env"


def load(environ: Mapping[str, str] | None = None, project: Path = PROJECT) -> Settings:
    """Read all settings.

    Args:
        environ: the process environment; `os.environ` unless a test gives its own.
        project: the folder that `.env` and relative paths belong to.

    Raises:
        SettingError: a value cannot be used, such as a port that is no number.
    """
    process = os.environ if environ is None else environ
    given = {**_set(read_env_file(project / ".env")), **_set(process)}
    home = (project / given.get("VITALS_HOME", ".vitals")).resolve()
    packages = (project / given.get("VITALS_PACKAGES", home / "packages")).resolve()
    merged = {**read_env_file(home / "secrets.env"), **given}
    secrets = Secrets(**{key: merged.get(name, "") for key, name in SECRET_VARIABLES.items()})
    ports = Ports(**{name: _port(given, name) for name in Ports.__dataclass_fields__})
    synthetic = flag(given, "SYNTHETIC", False)
    connections, external = _connections(given, _embedded_connections(ports, secrets))
    default_zone = _time_zone(given, "VITALS_DEFAULT_TIME_ZONE", "UTC")
    return Settings(
        project=project,
        home=home,
        packages=packages,
        ports=ports,
        warehouse_connection=connections["warehouse"],
        mongo_connection=connections["mongo"],
        s3_connection=connections["s3"],
        external=external,
        secrets=secrets,
        debian_mirror=given.get("VITALS_DEBIAN_MIRROR"),
        service_account=given.get("VITALS_SERVICE_ACCOUNT", "vitals-warehouse"),
        default_time_zone=default_zone,
        schedule_time_zone=_time_zone(given, "VITALS_SCHEDULE_TIME_ZONE", default_zone),
        source_priority=given.get("VITALS_SOURCE_PRIORITY", ""),
        iot_overlap=timedelta(hours=number(given, "IOT__OVERLAP_HOURS", 24)),
        iot_local_time_collections=_local_time_collections(given),
        synthetic=synthetic,
        synthetic_accounts=whole_number(given, "VITALS_SYNTHETIC_ACCOUNTS", 8),
        history_days=whole_number(given, "VITALS_HISTORY_DAYS", 90),
        export_inbox=given.get("VITALS_EXPORT_INBOX", str(home / "inbox")),
        accounts_at_once=max(whole_number(given, "VITALS_ACCOUNTS_AT_ONCE", 4), 1),
        apis=api_settings.read_all(given, _simulator_url(given, ports), synthetic),
        storage=storage_settings.read(given),
        operational=operational_settings.read(given),
        environment=given,
    )


def _simulator_url(given: Mapping[str, str], ports: Ports) -> str:
    return given.get("VITALS_SIMULATOR_URL", f"http://127.0.0.1:{ports.simulator}").rstrip("/")


def read_env_file(path: Path) -> dict[str, str]:
    """Variables of a file of `NAME=value` lines; `#` starts a comment line, quotes are taken off.

    A missing file has no variables.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (
        line.strip().removeprefix("export ").partition("=")
        for line in lines
        if "=" in line and not line.lstrip().startswith("#")
    )
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _set(variables: Mapping[str, str]) -> dict[str, str]:
    """A variable that is empty counts as not set: Compose and make pass on such ones."""
    return {name: value for name, value in variables.items() if value != ""}


def _embedded_connections(ports: Ports, secrets: Secrets) -> dict[str, str]:
    s3_extra = urlencode(
        {"endpoint_url": f"http://127.0.0.1:{ports.s3}", "region_name": "us-east-1"}
    )
    login = f"{WAREHOUSE_LOGIN}:{quote(secrets.warehouse_password, safe='')}"
    return {
        "warehouse": f"postgresql://{login}@127.0.0.1:{ports.timescaledb}/vitals",
        "mongo": f"mongo://127.0.0.1:{ports.mongodb}/iot",
        "s3": f"aws://{S3_ACCESS_KEY}:{quote(secrets.s3_secret_key, safe='')}@/?{s3_extra}",
    }


def _connections(
    given: Mapping[str, str], embedded: dict[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """The connections in force, and the names of those that the user set."""
    derived_before = given.get("VITALS_EMBEDDED", "").split()
    own = {
        name: given[variable]
        for name, variable in CONNECTION_VARIABLES.items()
        if variable in given and digest(given[variable]) not in derived_before
    }
    return {**embedded, **own}, frozenset(own)


def _port(given: Mapping[str, str], name: str) -> int:
    variable = f"VITALS_{name.upper()}_PORT"
    text = given.get(variable, str(getattr(Ports, name)))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingError(f"{variable} must be a port number from 1 to 65535, not {text!r}")
    return int(text)


def _time_zone(given: Mapping[str, str], variable: str, default: str) -> str:
    name = given.get(variable, default)
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise SettingError(
            f"{variable} must be an IANA time zone such as Europe/Oslo, not {name!r}"
        ) from None
    return name


def _local_time_collections(given: Mapping[str, str]) -> tuple[str, ...]:
    variable, known = "IOT__LOCAL_TIME_COLLECTIONS", ("heart_rates", "steps", "sleeps")
    names = tuple(filter(None, map(str.strip, given.get(variable, "").split(","))))
    for name in names:
        if name not in known:
            raise SettingError(f"{variable} may name {', '.join(known)}, not {name!r}")
    return names


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()
