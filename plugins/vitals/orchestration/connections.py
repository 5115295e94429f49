"""Airflow connections -> the plain DSN and URI strings that the rest of the package takes.

Airflow masks the password of a connection in every log once it was looked up here. The strings
are for function arguments only: never for XCom, trigger arguments or template fields.
"""

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from vitals import connection_uris, settings
from vitals.operational_settings import OperationalTarget

if TYPE_CHECKING:
    from vitals.lake.store import Lake

WAREHOUSE = "vitals_warehouse"
MONGO = "vitals_mongo"
S3 = "vitals_s3"
OPERATIONAL = "vitals_operational"


def warehouse_dsn() -> str:
    """Libpq URI of the warehouse."""
    return connection_uris.postgres_dsn(BaseHook.get_connection(WAREHOUSE).get_uri())


def mongo_uri() -> str:
    """Driver's URI of the IoT document store."""
    return connection_uris.mongo_uri(BaseHook.get_connection(MONGO).get_uri())


def operational_target() -> OperationalTarget:
    """The operational database: its own connection, or a schema of the warehouse without one."""
    try:
        own = connection_uris.postgres_dsn(BaseHook.get_connection(OPERATIONAL).get_uri())
    except AirflowNotFoundException:
        own = None
    return settings.load().operational.target(warehouse_dsn(), own)


def s3_client() -> Any:
    """A boto3 client of the object store, by the amazon provider's hook."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    return S3Hook(aws_conn_id=S3).get_conn()


def lake() -> "Lake":
    """The data lake, whether anything is added to it (VITALS_LAKE) or not."""
    from vitals.lake.store import Lake

    return Lake(s3_client(), settings.load().storage.bucket)


async def warehouse_to_watch() -> str:
    """`warehouse_dsn()` for code that runs in the triggerer."""
    connection = await BaseHook.aget_connection(WAREHOUSE)
    return connection_uris.postgres_dsn(connection.get_uri())


async def sources_to_watch() -> tuple[str, str]:
    """`warehouse_dsn()` and `mongo_uri()` for code that runs in the triggerer."""
    mongo = await BaseHook.aget_connection(MONGO)
    return await warehouse_to_watch(), connection_uris.mongo_uri(mongo.get_uri())
