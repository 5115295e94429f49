"""api: the health data API as one of the embedded servers, `python -m vitals.api`."""

import sys
from pathlib import Path

from vitals.api.config import api_dsn
from vitals.embedded import health
from vitals.embedded.service import Service


class HealthApi(Service):
    """The health data API."""

    name = "api"
    needs = ("warehouse",)
    port_setting = "VITALS_API_PORT"

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.api

    def command(self) -> list[str | Path]:
        """The server."""
        return [sys.executable, "-m", "vitals.api"]

    def environment(self) -> dict[str, str]:
        """Where its code is, and what it has to know; not the password of the warehouse's owner."""
        given = self.settings.environment
        return {
            **super().environment(),
            **{name: given[name] for name in given if name.startswith("VITALS_API_")},
            "PYTHONPATH": str(self.settings.project / "plugins"),
            "VITALS_API_PORT": str(self.port),
            "VITALS_API_DSN": api_dsn(self.settings),
        }

    def check(self) -> None:
        """Ask for its health page."""
        health.ask(f"{self.settings.api_url}/health")
