"""The server of the health data API: `python -m vitals.api`."""

import gc
import logging

import uvicorn

from vitals import settings
from vitals.api import config
from vitals.api.app import create_app


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = config.read(settings.load())
    app = create_app(chosen)
    _collect_seldom()
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.port,
        # Query strings name people: who asked for what is in the book of accesses alone.
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
    )


def _collect_seldom() -> None:
    """Leave the application's own objects out of every garbage collection.

    By default each 700 new objects begin a search for cycles, at times through everything that was
    imported, while all clients wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


if __name__ == "__main__":
    main()
