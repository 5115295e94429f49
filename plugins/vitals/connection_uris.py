"""connection_uris: Airflow's connection URIs -> the addresses that drivers take.

Airflow writes `postgres://`, `mongo://` and `aws://` with extras in the query, at times all of them
in one JSON value; libpq, pymongo and boto3 each want something else.
"""

import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from vitals.setting_values import SettingError

WAREHOUSE_CONNECTION = "AIRFLOW_CONN_VITALS_WAREHOUSE"
MONGO_CONNECTION = "AIRFLOW_CONN_VITALS_MONGO"
S3_CONNECTION = "AIRFLOW_CONN_VITALS_S3"

CONNECTION_VARIABLES = {
    "warehouse": WAREHOUSE_CONNECTION,
    "mongo": MONGO_CONNECTION,
    "s3": S3_CONNECTION,
}


@dataclass(frozen=True)
class S3Target:
    """Where S3 is and with which key: what a boto3 client is built from."""

    access_key: str
    secret_key: str = field(repr=False)
    endpoint_url: str | None
    region: str


def postgres_dsn(connection: str) -> str:
    """A PostgreSQL connection of Airflow (`postgres://` or `postgresql://`) as a libpq URI."""
    parts = urlsplit(connection)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingError(
            f"{WAREHOUSE_CONNECTION} must look like postgresql://login:password@host:port/vitals"
        )
    return parts._replace(scheme="postgresql", query=_plain_query(parts.query)).geturl()


def mongo_uri(connection: str) -> str:
    """A MongoDB connection of Airflow (`mongo://`, extra `srv=true`) as a driver's URI."""
    parts = urlsplit(connection)
    if parts.scheme in ("mongodb", "mongodb+srv"):
        return connection
    if parts.scheme != "mongo":
        raise SettingError(f"{MONGO_CONNECTION} must look like mongo://host:27017/iot")
    extra = dict(parse_qsl(_plain_query(parts.query)))
    scheme = "mongodb+srv" if extra.pop("srv", "false").lower() == "true" else "mongodb"
    return parts._replace(scheme=scheme, query=urlencode(extra)).geturl()


def mongo_database(connection: str) -> str:
    """The database a MongoDB connection names, `iot` if it names none."""
    return unquote(urlsplit(connection).path.strip("/")) or "iot"


def s3_target(connection: str) -> S3Target:
    """An AWS connection of Airflow (`aws://key:secret@/?endpoint_url=...`) in parts."""
    parts = urlsplit(connection)
    if parts.scheme not in ("aws", "s3"):
        raise SettingError(
            f"{S3_CONNECTION} must look like aws://key:secret@/?endpoint_url=...&region_name=..."
        )
    extra = dict(parse_qsl(_plain_query(parts.query)))
    return S3Target(
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        endpoint_url=extra.get("endpoint_url"),
        region=extra.get("region_name", "us-east-1"),
    )


def digest(connection: str) -> str:
    """A short mark of a connection that does not reveal it, for `VITALS_EMBEDDED`."""
    return hashlib.sha256(connection.encode()).hexdigest()[:16]


def _plain_query(query: str) -> str:
    """Airflow may put a connection's extras into one JSON value named `__extra__`."""
    pairs = dict(parse_qsl(query))
    pairs.update(json.loads(pairs.pop("__extra__", "{}")))
    return urlencode(pairs)
