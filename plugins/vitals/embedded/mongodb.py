"""mongodb: the embedded document store, a MongoDB-wire server on SQLite (nx-27017)."""

from functools import cached_property
from pathlib import Path

import pymongo
from pymongo.errors import PyMongoError

from vitals.embedded.packages import NX_27017, install_environment
from vitals.embedded.service import NotReady, Service


class MongoDB(Service):
    """The server of the IoT documents; it knows no passwords and listens on loopback only."""

    name = "mongodb"
    port_setting = "VITALS_MONGODB_PORT"

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.mongodb

    @cached_property
    def _python(self) -> Path:
        return install_environment(self.settings.packages, NX_27017)

    def command(self) -> list[str | Path]:
        """The server through our launcher, which corrects its answers and makes them quick."""
        return [
            *(self._python, "-I", Path(__file__).with_name("nx_server.py")),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--data-dir", self.folder / "data"),
            # Its defaults are fixed names in /tmp, which would keep a second server from starting.
            *("--pid-file", self.folder / "server.pid", "--log-file", "/dev/null"),
        ]

    def prepare(self) -> None:
        """Make the data directory; a pid file of its own would make it refuse to start."""
        super().prepare()
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "server.pid").unlink(missing_ok=True)

    def check(self) -> None:
        """Ping."""
        uri = f"mongodb://127.0.0.1:{self.port}/"
        try:
            with pymongo.timeout(3), pymongo.MongoClient[dict](uri) as client:
                client.admin.command("ping")
        except PyMongoError as error:
            raise NotReady(str(error).partition(",")[0]) from None
