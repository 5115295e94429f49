"""database: statements -> rows, over a pool of read-only connections as role `api`."""

from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from vitals.api.config import ApiConfig
from vitals.api.statements import as_json

Row = dict[str, Any]
WAIT_SECONDS = 5.0  # for a free connection


class Database:
    """Reads for the pages of JSON; `open()` and `close()` belong to the life of the application."""

    def __init__(self, config: ApiConfig) -> None:
        """Connects to nothing yet."""
        options = {"row_factory": dict_row, "autocommit": True}
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            read_only(config.dsn, config.statement_seconds),
            kwargs=options,
            min_size=min(2, config.connections),
            max_size=config.connections,
            timeout=WAIT_SECONDS,
            open=False,
        )

    async def open(self) -> None:
        """Begin to connect; a warehouse that is away is tried again by every request."""
        await self._pool.open()

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def rows(self, query: bytes, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query, as dicts.

        Raises:
            psycopg.Error: it failed, also because the warehouse is away.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, parameters, binary=True)
            return await cursor.fetchall()

    async def json_rows(self, query: bytes, parameters: Mapping[str, Any]) -> list[str]:
        """All rows of a query, each as one object of JSON that PostgreSQL has written.

        Raises:
            psycopg.Error: it failed, also because the warehouse is away.
        """
        [page] = await self.rows(as_json(query), parameters)
        return page["rows"] or []


def read_only(dsn: str, statement_seconds: int) -> str:
    """The same conninfo for sessions that can change nothing and give up in time."""
    settings = conninfo_to_dict(dsn)
    options = (
        f"{settings.pop('options', '')} -c default_transaction_read_only=on"
        f" -c statement_timeout={statement_seconds}s -c jit=off"
    )
    settings["application_name"] = "vitals api"
    return make_conninfo("", **settings, options=options)
