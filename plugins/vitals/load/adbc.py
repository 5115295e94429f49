"""ADBC connections to the warehouse: Arrow in and out, at the rate of COPY."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import adbc_driver_manager as adbc
from psycopg.conninfo import conninfo_to_dict

from vitals import warehouse
from vitals.errors import first_line

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

UNIQUE_VIOLATION = "23505"


def connect(dsn: str, role: str | None = None) -> "dbapi.Connection":
    """A connection, as the group role `role` if one is given.

    Raises:
        adbc_driver_manager.Error: the warehouse cannot be reached.
    """
    # Arrow's part of the driver, which not every run needs.
    from adbc_driver_postgresql import dbapi as postgresql

    settings = conninfo_to_dict(warehouse.session_dsn(dsn, role))
    return postgresql.connect(
        " ".join(f"{name}='{_quoted(value)}'" for name, value in settings.items())
    )


@contextmanager
def session(dsn: str, role: str | None = None) -> Iterator["dbapi.Connection"]:
    """A connection for a block; what it has not committed is rolled back at the end.

    Raises:
        WarehouseError: the warehouse cannot be reached, or an error was left to this block.
    """
    try:
        with connect(dsn, role) as connection:
            yield connection
    except adbc.Error as error:
        place = warehouse.describe(dsn)
        raise warehouse.WarehouseError(f"{place}: {first_line(error)}") from error


def _quoted(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")
