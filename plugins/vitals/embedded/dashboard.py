"""dashboard: the pages for people as one of the embedded servers, `python -m vitals.dashboard`.

It speaks to the API alone, with a token that is made here, kept in a private file and made anew
before it ends.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import psycopg

from vitals import warehouse
from vitals.embedded import health
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import Service
from vitals.errors import first_line
from vitals.silence import VARIABLE as SILENT

TOKEN_NAME = "dashboard"
TOKEN_LIFETIME = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=30)


class Dashboard(Service):
    """The dashboard; its pages show what its token may see, which is everything."""

    name = "dashboard"
    needs = ("warehouse", "api")
    port_setting = "VITALS_DASHBOARD_PORT"

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.dashboard

    @property
    def token_file(self) -> Path:
        """Where its token is (mode 0600)."""
        return self.folder / "token"

    def command(self) -> list[str | Path]:
        """The server."""
        return [sys.executable, "-m", "vitals.dashboard"]

    def environment(self) -> dict[str, str]:
        """Where its code and the API are; no login of any database."""
        given = self.settings.environment
        options = {
            name: given[name] for name in given if name.startswith("STREAMLIT_") or name == SILENT
        }
        return {
            **super().environment(),
            **options,
            "PYTHONPATH": str(self.settings.project / "plugins"),
            "VITALS_API_URL": self.settings.api_url,
            "VITALS_DASHBOARD_PORT": str(self.port),
            "VITALS_DASHBOARD_TOKEN_FILE": str(self.token_file),
        }

    def check(self) -> None:
        """Ask for its health page."""
        health.ask(f"http://127.0.0.1:{self.port}/_stcore/health")

    def configure(self) -> None:
        """Have a token that lasts; the pages read the file anew, so nothing is restarted."""
        from vitals.api import tokens

        try:
            with warehouse.connect(self.settings.warehouse_dsn, autocommit=True) as connection:
                known = self.token_file.read_text() if self.token_file.exists() else ""
                if known and tokens.lasts(connection, known, RENEWED_BEFORE):
                    return
                made = tokens.create(connection, TOKEN_NAME, lifetime=TOKEN_LIFETIME)
        except (psycopg.Error, warehouse.WarehouseError) as error:
            raise EmbeddedError(f"no token for the dashboard: {first_line(error)}") from None
        self._keep(made.text)

    def _keep(self, token: str) -> None:
        """Write the token, all of it or nothing, for our own eyes only."""
        part = self.token_file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token)
        part.replace(self.token_file)
