"""schema: an empty database -> the schema of `include/sql/migrations`, ready for its readers."""

import psycopg
from psycopg import sql

from vitals import warehouse
from vitals.api import config as api_config
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import Part
from vitals.errors import first_line
from vitals.monitoring import freshness

ANALYST = "analyst"


class WarehouseSchema(Part):
    """The warehouse's schema, wherever the warehouse is, and the logins of those who read it."""

    name = "warehouse"
    needs = ("timescaledb",)

    def up(self) -> str:
        """Apply what is missing; "migrated" or "current"."""
        dsn = self.settings.warehouse_dsn
        try:
            applied = warehouse.migrate(dsn)
            self._give_logins(dsn)
            freshness.write_limits(dsn, self.settings.environment)
        except (psycopg.Error, warehouse.WarehouseError) as error:
            raise EmbeddedError(f"cannot migrate the warehouse: {first_line(error)}") from None
        return "migrated" if applied else "current"

    def _give_logins(self, dsn: str) -> None:
        """Set the readers' passwords; on a server of the user's only those the user chose."""
        secrets = self.settings.secrets
        logins: dict[str, str] = {}
        if self.settings.has_analyst_login:
            logins[ANALYST] = secrets.analyst_password
        if api_config.has_login(self.settings):
            logins[api_config.ROLE] = secrets.api_database_password
        statement = sql.SQL("alter role {} login password {}")
        with psycopg.connect(dsn, autocommit=True) as connection:
            for role, password in logins.items():
                connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
