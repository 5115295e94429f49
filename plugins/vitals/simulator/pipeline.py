"""Request -> ledger, fault, token, limit, scope, handler, damage -> response; for every call."""

import asyncio
import time

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vitals.simulator.damage import damage
from vitals.simulator.errors import ApiError
from vitals.simulator.faults import Fault
from vitals.simulator.ledger import Entry, fingerprint
from vitals.simulator.limits import Usage
from vitals.simulator.oauth.tokens import Grant
from vitals.simulator.provider import Call, Endpoint, Provider, Reply
from vitals.simulator.state import Simulator

TIMEOUT_SECONDS = 600.0
REFUSALS = ("expired", "scope_missing", "gone", "rate_limited", "server_error")
DAMAGES = ("empty", "wrong_type", "missing_field", "unknown_field")
HTML = b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>"


class CutResponse(Response):
    """Announces the whole body, sends half of it and lets the connection close."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the headers and half of the body only."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


async def answer(
    simulator: Simulator, provider: Provider, endpoint: Endpoint, request: Request
) -> Response:
    """Answer one API request and record it."""
    entry = simulator.ledger.open(
        provider.name, request.method, endpoint.path, request.url.path, request.url.query
    )
    try:
        response = await respond(simulator, provider, endpoint, request, entry)
    except ApiError as error:
        response = as_response(Reply(error.body, error.status, error.headers))
    entry.status = response.status_code
    entry.seconds = round(time.time() - entry.at, 4)
    return response


async def respond(
    simulator: Simulator, provider: Provider, endpoint: Endpoint, request: Request, entry: Entry
) -> Response:
    """Everything that can refuse a request, in the order in which a provider would."""
    dialect, settings = provider.dialect, simulator.settings[provider.name]
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    entry.token = fingerprint(token) if token else None
    grant = simulator.tokens.by_access(provider.name, token) if token else None
    entry.account = grant.account if grant else None
    path = request.url.path.removeprefix(f"/{provider.name}")
    fault = simulator.faults.pick(provider.name, entry.account, request.method, path)
    entry.fault = fault.kind if fault else None
    await wait_for(fault)
    if settings.is_gone:
        raise dialect.error("gone")
    grant = check_token(provider, token, grant)
    account = simulator.truth.account(grant.account)
    usages = simulator.limits.count(provider.name, dialect.limit_key(account), settings)
    usages = dialect.counted(usages, request.method)
    headers = dialect.limit_headers(usages)
    try:
        refuse(provider, fault)
        if settings.enforces_limits:
            check_limits(simulator, provider, usages)
        body = await request.body()
        call = Call(
            simulator, provider.name, dialect, account, tuple(grant.scopes), request, body, fault
        )
        if endpoint.scopes:
            call.require(*endpoint.scopes)
        reply = endpoint.handler(call)
    except ApiError as error:
        error.headers = headers | error.headers
        raise
    reply = reply if isinstance(reply, Reply) else Reply(reply)
    reply.headers = headers | reply.headers
    return spoil(reply, fault)


def check_token(provider: Provider, token: str, grant: Grant | None) -> Grant:
    """The grant of a token that is known, in force and not revoked.

    Raises:
        ApiError: 401 in the provider's shape.
    """
    if grant is None or grant.revoked:
        raise provider.dialect.error("invalid_token")
    if grant.access_tokens[token] <= time.time():
        raise provider.dialect.error("expired")
    return grant


async def wait_for(fault: Fault | None) -> None:
    """Hold the request where a fault says so.

    Raises:
        ApiError: 504 once a `timeout` is over.
    """
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault and fault.kind == "timeout":
        await asyncio.sleep(TIMEOUT_SECONDS if fault.seconds == Fault.seconds else fault.seconds)
        raise ApiError(504, None)


def refuse(provider: Provider, fault: Fault | None) -> None:
    """Refuse the request where a fault says so.

    Raises:
        ApiError: in the provider's shape.
    """
    if fault is None or fault.kind not in REFUSALS:
        return
    status = fault.status if fault.kind == "server_error" else None
    error = provider.dialect.error(fault.kind, status=status)
    if fault.kind == "rate_limited" and fault.retry_after is not None:
        error.headers["Retry-After"] = str(fault.retry_after)
    raise error


def check_limits(simulator: Simulator, provider: Provider, usages: list[Usage]) -> None:
    """Refuse a request over a limit.

    Raises:
        ApiError: 429 in the provider's shape.
    """
    over = next((usage for usage in usages if usage.exceeded), None)
    if over is not None:
        error = provider.dialect.error("rate_limited")
        settings = simulator.settings[provider.name]
        error.headers.update(provider.dialect.retry_after(over, settings))
        raise error


def spoil(reply: Reply, fault: Fault | None) -> Response:
    """Turn a reply into a response, spoiled where a fault says so."""
    kind = fault.kind if fault else None
    if fault and fault.kind in DAMAGES:
        reply.payload = damage(reply.payload, fault)
    if fault and kind == "no_content":
        return Response(b"", 204 if fault.status == Fault.status else fault.status, reply.headers)
    if kind == "html":
        return Response(HTML, 200, media_type="text/html")
    response = as_response(reply)
    if kind == "truncated":
        half = response.body[: len(response.body) // 2]
        return Response(half, reply.status, reply.headers, reply.media_type)
    if kind == "cut":
        return CutResponse(response.body, reply.status, reply.headers, reply.media_type)
    return response


def as_response(reply: Reply) -> Response:
    """Serialise a reply; bytes and None pass unchanged."""
    payload = reply.payload
    if payload is None or isinstance(payload, bytes):
        return Response(payload, reply.status, reply.headers, reply.media_type)
    body = orjson.dumps(payload, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, reply.status, reply.headers, reply.media_type)
