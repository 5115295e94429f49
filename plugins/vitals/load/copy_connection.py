"""The ADBC connection over which the files of a run are copied, one after the other.

Opening one takes 0.1 to 0.4 seconds, because the driver then looks up every type of the database,
of which each chunk of each hypertable is one: more than a small file takes to be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import adbc_driver_manager as adbc

from vitals.load.adbc import connect

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi


class CopyConnection:
    """A connection as the role loader that is opened when it is first lent, and lent again.

    dlt runs the jobs of our loads in one thread, so that nobody asks for it while it is lent.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._open: dbapi.Connection | None = None

    @contextmanager
    def lent(self) -> Iterator["dbapi.Connection"]:
        """The connection; after an error it is closed, and the next one asking gets a new one.

        Raises:
            adbc_driver_manager.Error: the warehouse cannot be reached.
        """
        try:
            self._open = self._open or connect(self._dsn, "loader")
            yield self._open
        except BaseException:
            with suppress(adbc.Error):
                self.close()
            raise

    def close(self) -> None:
        """Close it, if it is open."""
        closing, self._open = self._open, None
        if closing:
            closing.close()
