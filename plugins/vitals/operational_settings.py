"""operational_settings: environment -> where the operational database is and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from vitals.setting_values import number

OPERATIONAL_CONNECTION = "AIRFLOW_CONN_VITALS_OPERATIONAL"
# What the login of the warehouse becomes to read on its own server (migration 0180).
READER = "operational_reader"


@dataclass(frozen=True)
class OperationalTarget:
    """An operational database.

    Attributes:
        dsn: libpq URI.
        schema: where its tables are.
        role: group role to become; None for the login as it is.
        lag: for how long a change may stay uncommitted.
    """

    dsn: str = field(repr=False)
    schema: str = "oltp"
    role: str | None = None
    lag: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class OperationalSettings:
    """What is set. `connection` is empty where the tables lie in the warehouse's own database."""

    connection: str = field(default="", repr=False)
    schema: str = "oltp"
    lag: timedelta = timedelta(hours=1)

    def target(self, warehouse_dsn: str, own_dsn: str | None = None) -> OperationalTarget:
        """The database to read.

        Args:
            warehouse_dsn: libpq URI of the warehouse.
            own_dsn: that of the operational database, if it has a connection of its own.
        """
        if own_dsn:
            return OperationalTarget(own_dsn, self.schema, None, self.lag)
        return OperationalTarget(warehouse_dsn, self.schema, READER, self.lag)


def read(given: Mapping[str, str]) -> OperationalSettings:
    """The settings.

    Raises:
        SettingError: a value cannot be used.
    """
    return OperationalSettings(
        connection=given.get(OPERATIONAL_CONNECTION, ""),
        schema=given.get("OLTP__SCHEMA", "oltp"),
        lag=timedelta(minutes=number(given, "OLTP__LAG_MINUTES", 60)),
    )
