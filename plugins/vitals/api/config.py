"""config: environment -> how the health data API runs."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from vitals.setting_values import whole_number
from vitals.settings import SECRET_VARIABLES, Settings
from vitals.warehouse import session_dsn

ROLE = "api"


@dataclass(frozen=True)
class ApiConfig:
    """How the API runs. Build it with `read()`.

    Attributes:
        dsn: the warehouse as a libpq conninfo, for role `api`, in UTC.
        host: address that it binds to.
        port: port that it listens on.
        requests_per_minute: how many requests one token may make; bursts of as many seconds' worth
            are allowed as a page of charts needs.
        connections: how many queries run at once.
        streams: how many CSV, Arrow and Parquet answers are written at once.
        statement_seconds: after how long a query is given up.
        stream_seconds: after how long a CSV, Arrow or Parquet answer is given up.
    """

    dsn: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    requests_per_minute: int = 1200
    connections: int = 8
    streams: int = 4
    statement_seconds: int = 30
    stream_seconds: int = 900


def read(settings: Settings) -> ApiConfig:
    """The configuration from the environment and `.env`.

    Raises:
        SettingError: a value cannot be used.
    """
    given = settings.environment
    return ApiConfig(
        dsn=api_dsn(settings),
        host=given.get("VITALS_API_HOST", "127.0.0.1"),
        port=settings.ports.api,
        requests_per_minute=max(whole_number(given, "VITALS_API_REQUESTS_PER_MINUTE", 1200), 1),
        connections=max(whole_number(given, "VITALS_API_CONNECTIONS", 8), 1),
        streams=max(whole_number(given, "VITALS_API_STREAMS", 4), 1),
        statement_seconds=max(whole_number(given, "VITALS_API_STATEMENT_SECONDS", 30), 1),
        stream_seconds=max(whole_number(given, "VITALS_API_STREAM_SECONDS", 900), 1),
    )


def has_login(settings: Settings) -> bool:
    """Whether role `api` logs in by itself: on the embedded server, or with a chosen password."""
    chosen = SECRET_VARIABLES["api_database_password"] in settings.environment
    return chosen or "warehouse" not in settings.external


def api_dsn(settings: Settings) -> str:
    """The warehouse for role `api`: its own login, else that of the warehouse acting as `api`.

    VITALS_API_DSN goes before both, so that the API's process need not know any other password.
    """
    if "VITALS_API_DSN" in settings.environment:
        return session_dsn(settings.environment["VITALS_API_DSN"])
    if not has_login(settings):
        return session_dsn(settings.warehouse_dsn, ROLE)
    parts = urlsplit(settings.warehouse_dsn)
    server = parts.netloc.rpartition("@")[2]
    login = f"{ROLE}:{quote(settings.secrets.api_database_password, safe='')}"
    return session_dsn(parts._replace(netloc=f"{login}@{server}").geturl())
