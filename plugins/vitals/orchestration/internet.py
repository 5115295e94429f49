"""A provider's address -> what keeps us from reaching it, if anything: a real TCP, TLS, HTTP look.

It goes the way that the providers' clients go: through the proxy of the environment, with the
certificates that `requests` trusts. A host that shows a valid certificate for its name has
answered; a captive portal cannot do that. Without TLS (simulator) the answer itself is looked at.
"""

import asyncio
import base64
import contextlib
import http.client
import io
import os
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # typeshed: the second on macOS only
    getproxies_environment,
    proxy_bypass_environment,
)

import certifi

ANSWER_SECONDS = 10.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class WrongAnswerError(Exception):
    """Something answered, but not the provider; the message says what."""


@dataclass(frozen=True)
class Address:
    """Where a provider answers.

    Attributes:
        host: name or IP address.
        port: TCP port.
        tls: whether it has to show a certificate; otherwise it is asked over plain HTTP.
        path: what it is asked for over plain HTTP.
    """

    host: str
    port: int
    tls: bool = True
    path: str = "/"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """From `host:port` (TLS) or a URL; the port may be left out.

        Raises:
            ValueError: it is neither.
        """
        parts = urlsplit(text if "://" in text else f"https://{text}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{text!r} is no address: write host:port or http(s)://host:port/path")
        tls = parts.scheme == "https"
        return cls(parts.hostname, parts.port or (443 if tls else 80), tls, parts.path or "/")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


async def obstacles(addresses: Sequence[str]) -> dict[str, str]:
    """Look at all addresses at once: those that do not answer, each with the reason in one line.

    Args:
        addresses: `host:port` or URLs; see `Address.parse`.
    """
    parsed = [Address.parse(text) for text in addresses]
    found = await asyncio.gather(*map(_obstacle, parsed))
    return {str(address): why for address, why in zip(parsed, found, strict=True) if why}


async def _obstacle(address: Address) -> str | None:
    proxy = _proxy(address)
    try:
        async with asyncio.timeout(ANSWER_SECONDS), _connected(address, proxy) as streams:
            if not address.tls:
                await _look_at_answer(streams, address, through_proxy=proxy is not None)
    except (OSError, EOFError, asyncio.LimitOverrunError, WrongAnswerError) as error:
        return _reason(error) + (f" (proxy {proxy.hostname}:{proxy.port})" if proxy else "")
    return None


@contextlib.asynccontextmanager
async def _connected(address: Address, proxy: SplitResult | None) -> AsyncIterator[Streams]:
    """A connection to the host itself, with TLS if it has that."""
    host, port = (proxy.hostname, proxy.port) if proxy else (address.host, address.port)
    reader, writer = await asyncio.open_connection(host, port)
    try:
        if proxy and address.tls:
            await _open_tunnel((reader, writer), address, proxy)
        if address.tls:
            await writer.start_tls(_trusted(), server_hostname=address.host)
        yield reader, writer
    finally:
        writer.transport.abort()


async def _open_tunnel(streams: Streams, address: Address, proxy: SplitResult) -> None:
    request = f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n{_proxy_login(proxy)}\r\n"
    status, _ = await _ask(streams, request)
    if status != 200:
        raise WrongAnswerError(f"the proxy refuses with status {status}")


async def _look_at_answer(streams: Streams, address: Address, through_proxy: bool) -> None:
    """An API answers with JSON, if only to say no; a captive portal with a page or a redirect."""
    target = f"http://{address}{address.path}" if through_proxy else address.path
    status, headers = await _ask(
        streams,
        f"GET {target} HTTP/1.1\r\nHost: {address}\r\n"
        "Accept: application/json\r\nConnection: close\r\n\r\n",
    )
    if status == http.client.NETWORK_AUTHENTICATION_REQUIRED:
        raise WrongAnswerError("the network asks for a login (status 511)")
    elsewhere = urlsplit(headers.get("Location", "")).hostname
    if elsewhere and elsewhere != address.host:
        raise WrongAnswerError(f"it redirects to {elsewhere}: a captive portal?")
    if headers.get_content_type() == "text/html":
        raise WrongAnswerError(f"a web page answers (status {status}): a captive portal?")


async def _ask(streams: Streams, request: str) -> tuple[int, http.client.HTTPMessage]:
    """Status and headers of the answer to a request."""
    reader, writer = streams
    writer.write(request.encode("ascii"))
    head = io.BytesIO(await reader.readuntil(b"\r\n\r\n"))
    version, _, rest = head.readline().decode("latin-1").partition(" ")
    if not version.startswith("HTTP/") or not rest[:3].isdecimal():
        raise WrongAnswerError("what answers does not speak HTTP")
    return int(rest[:3]), http.client.parse_headers(head)


def _proxy(address: Address) -> SplitResult | None:
    """The proxy that the environment names for an address."""
    proxies = getproxies_environment()
    url = proxies.get("https" if address.tls else "http") or proxies.get("all")
    if not url or proxy_bypass_environment(str(address), proxies):
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return parts if parts.port else parts._replace(netloc=f"{parts.netloc}:80")


def _proxy_login(proxy: SplitResult) -> str:
    if not proxy.username:
        return ""
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n"


def _trusted() -> ssl.SSLContext:
    """Verification as `requests` does it, so that what passes here passes there."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    bundle = Path(named or certifi.where())
    if bundle.is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)


def _reason(error: Exception) -> str:
    """What happened, in words; the order matters, since most of these are kinds of OSError."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificate refused: {error.verify_message}: a captive portal or proxy?"
        case ssl.SSLError():
            return f"TLS error: {error.reason or error}"
        case socket.gaierror():
            return f"DNS failure: {error.strerror}"
        case TimeoutError():
            return f"no answer within {ANSWER_SECONDS:.0f} s"
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionResetError() | EOFError():
            return "connection closed before an answer"
        case OSError():
            return f"no connection: {error.strerror or error}"
        case asyncio.LimitOverrunError():
            return "what answers does not speak HTTP"
    return str(error)
