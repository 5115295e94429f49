"""simulator: stand-in for all providers where SYNTHETIC=true, `python -m vitals.simulator`."""

import sys
from pathlib import Path

from vitals.embedded import health
from vitals.embedded.service import Service


class ProviderSimulator(Service):
    """The provider simulator; consents outlast its restart, in a private file."""

    name = "simulator"
    port_setting = "VITALS_SIMULATOR_PORT"

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.simulator

    def command(self) -> list[str | Path]:
        """The server, with as many people as the settings say."""
        count = str(self.settings.synthetic_accounts)
        tokens = self.folder / "tokens.json"
        module = [sys.executable, "-m", "vitals.simulator"]
        options = ["--port", str(self.port), "--accounts", count]
        return [*module, *options, "--token-file", tokens]

    def environment(self) -> dict[str, str]:
        """Where its code is."""
        plugins = self.settings.project / "plugins"
        return {**super().environment(), "PYTHONPATH": str(plugins)}

    def check(self) -> None:
        """Ask for its health page."""
        health.ask(f"{self.settings.simulator_url}/_simulator/health")
