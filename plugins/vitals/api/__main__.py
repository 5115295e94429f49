"""The server of the health data API: `python -m vitals.api`."""

import logging

import uvicorn

from vitals import settings
from vitals.api import config
from vitals.api.app import create_app


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = config.read(settings.load())
    uvicorn.run(
        create_app(chosen),
        host=chosen.host,
        port=chosen.port,
        # Query strings name people: who asked for what is in the book of accesses alone.
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
    )


if __name__ == "__main__":
    main()
