"""Serve the simulator: in the foreground for people, in a thread for tests."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from vitals.simulator.app import build_app
from vitals.simulator.state import Options, Simulator

START_SECONDS = 10.0


@dataclass(frozen=True)
class RunningSimulator:
    """A simulator that answers at `url`; `simulator` is its state, for tests in this process."""

    url: str
    simulator: Simulator


def serve(options: Options, host: str, port: int, log_requests: bool) -> None:
    """Serve until interrupted."""
    app = build_app(options)
    level = "info" if log_requests else "warning"
    # A client that never hangs up must not keep the simulator from stopping.
    uvicorn.run(app, host=host, port=port, log_level=level, timeout_graceful_shutdown=1)


@contextmanager
def running(options: Options | None = None) -> Iterator[RunningSimulator]:
    """Serve in a thread on a free loopback port while the context lasts."""
    app = build_app(options or Options())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the simulator did not start")
            time.sleep(0.01)
        try:
            port = listener.getsockname()[1]
            yield RunningSimulator(f"http://127.0.0.1:{port}", app.state.simulator)
        finally:
            server.should_exit = True
            thread.join(timeout=5)
