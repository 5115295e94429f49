"""schema: an empty database -> the schema of `include/sql/migrations`, ready for analysts."""

import psycopg
from psycopg import sql

from vitals import warehouse
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import Part

ANALYST = "analyst"


class WarehouseSchema(Part):
    """The warehouse's schema, wherever the warehouse is, and the login of its analysts."""

    name = "warehouse"
    needs = ("timescaledb",)

    def up(self) -> str:
        """Apply what is missing; "migrated" or "current"."""
        dsn = self.settings.warehouse_dsn
        try:
            applied = warehouse.migrate(dsn)
            self._give_analysts_a_login(dsn)
        except (psycopg.Error, warehouse.WarehouseError) as error:
            raise EmbeddedError(
                f"cannot migrate the warehouse: {warehouse.first_line(error)}"
            ) from None
        return "migrated" if applied else "current"

    def _give_analysts_a_login(self, dsn: str) -> None:
        """Set the password of `analyst`; on a server of the user's only to one the user chose."""
        if not self.settings.has_analyst_login:
            return
        password = sql.Literal(self.settings.secrets.analyst_password)
        statement = sql.SQL("alter role {} login password {}")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(ANALYST), password))
