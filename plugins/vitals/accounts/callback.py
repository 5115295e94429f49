"""callback: a loopback address that waits for the browser to come back from the provider.

It listens on 127.0.0.1 alone, answers nothing but the redirect, logs nothing (an address holds the
code), and is gone once the answer to our own request was there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

from vitals.accounts.consent import parse_answer
from vitals.accounts.errors import AccountError

PATH = "/callback"
HOST = "127.0.0.1"

# Parameters of the redirect -> the page to show, and whether the waiting is over.
Handle = Callable[[dict[str, str]], tuple[str, bool]]


class Callback:
    """Waits for one answer.

    Args:
        port: where to listen; 0 takes a free one.

    Raises:
        AccountError: the port is taken.
    """

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server((HOST, port), _Handler)
        except OSError as error:
            raise AccountError(
                f"cannot listen on port {port} ({error.strerror}): choose another with --port, and "
                "register its address at the provider"
            ) from None

    @property
    def redirect_uri(self) -> str:
        """The address to which the provider sends the browser."""
        return f"http://{HOST}:{self._server.server_port}{PATH}"

    def wait(self, handle: Handle, seconds: float) -> bool:
        """Answer until `handle` says that it is over; False if the time was."""
        server, deadline = self._server, time.monotonic() + seconds
        server.handle = handle
        server.timeout = 0.5
        with server:
            while not server.is_over and time.monotonic() < deadline:
                server.handle_request()
        return server.is_over


class _Server(HTTPServer):
    handle: Handle
    is_over = False
    # Two programs that wait on one port would take each other's answers.
    allow_reuse_port = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no matter; its request is not printed."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    # A connection that a browser opens ahead and does not use must not keep us.
    timeout = 5

    def do_GET(self) -> None:
        """The redirect; everything else (icons) is not found."""
        if urlsplit(self.path).path != PATH:
            self.send_error(404)
            return
        page, self.server.is_over = self.server.handle(parse_answer(self.path))
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the address holds the code."""
