"""s3: the embedded object store, an S3 server with storage classes and restores (ministack).

It is an emulator: it refuses anonymous requests and unknown keys, but does not verify signatures.
"""

from functools import cached_property
from pathlib import Path

from vitals.embedded import health
from vitals.embedded.packages import MINISTACK, install_environment
from vitals.embedded.service import Service


class S3(Service):
    """The server of the data lake and the archive; requests need a key, ours or `test`."""

    name = "s3"
    port_setting = "VITALS_S3_PORT"

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.s3

    @cached_property
    def _python(self) -> Path:
        return install_environment(self.settings.packages, MINISTACK)

    def command(self) -> list[str | Path]:
        """The server."""
        return [self._python, "-I", "-m", "ministack"]

    def environment(self) -> dict[str, str]:
        """Data and state in our folder, anonymous requests refused, loopback only."""
        target = self.settings.s3
        return {
            **super().environment(),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "data"),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "TMPDIR": str(self.folder),
            "SERVICES": "s3",
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": target.access_key,
            "AWS_SECRET_ACCESS_KEY": target.secret_key,
        }

    def check(self) -> None:
        """Ask for its health page."""
        health.ask(f"http://127.0.0.1:{self.port}/_ministack/health")
