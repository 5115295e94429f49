"""/_simulator: the switches of the simulator, for callers on this machine only.

Everything is JSON: health, accounts, clock, settings, faults, restatements, requests, refreshes,
tokens, reset. `GET /_simulator` lists them.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vitals.simulator.faults import KINDS
from vitals.simulator.oauth.exchange import issue
from vitals.simulator.settings import default_settings
from vitals.simulator.state import Simulator
from vitals.simulator.truth import Restatement

Action = Callable[[Simulator, Request, dict[str, Any]], Any]
ROOT = "/_simulator"


def routes(simulator: Simulator) -> list[BaseRoute]:
    """Routes of all switches."""
    listed = [
        Route(f"{ROOT}{path}", guarded(simulator, action), methods=[method])
        for (method, path), action in ACTIONS.items()
    ]
    return [Route(f"{ROOT}/health", health_route(simulator)), *listed]


def health_route(simulator: Simulator) -> Callable:
    """Health, which anyone may ask."""

    async def health(_: Request) -> Response:
        return JSONResponse(describe(simulator))

    return health


def guarded(simulator: Simulator, action: Action) -> Callable:
    """Run an action for callers on a loopback address; wrong input answers 400."""

    async def run(request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not is_loopback(host):
            return JSONResponse({"error": "only for callers on this machine"}, 403)
        try:
            body = await request.body()
            result = action(simulator, request, orjson.loads(body) if body else {})
            return Response(orjson.dumps(result), media_type="application/json")  # knows dates
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return run


def is_loopback(host: str) -> bool:
    """Whether an address belongs to this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def describe(simulator: Simulator) -> dict[str, Any]:
    """State in short."""
    return {
        "status": "ok",
        "now": str(datetime.fromtimestamp(simulator.clock.now(), UTC)),
        "seed": simulator.truth.seed,
        "accounts": len(simulator.truth.accounts),
        "heart_rate_interval": simulator.truth.heart_rate_interval,
    }


def overview(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """All switches and kinds of faults."""
    paths = sorted({f"{method} {ROOT}{path}" for method, path in ACTIONS})
    return {**describe(simulator), "paths": paths, "faults": KINDS}


def list_accounts(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """The people, with their id at each provider."""
    ids = ("google_id", "fitbit_id", "strava_id", "garmin_id")
    return [
        {**asdict(one), **{name: getattr(one, name) for name in ids}}
        for one in simulator.truth.accounts
    ]


def set_clock(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Set `now` (ISO 8601 with offset), `advance_seconds`, `frozen`."""
    clock = simulator.clock
    epoch: float = clock.now()
    if "now" in body:
        moment = datetime.fromisoformat(body["now"])
        if moment.tzinfo is None:
            raise ValueError("'now' needs a UTC offset")
        epoch = moment.timestamp()
    clock.set(epoch + float(body.get("advance_seconds", 0)), body.get("frozen"))
    return describe(simulator)


def show_settings(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Settings of every provider; client secrets included, they are made up."""
    return {name: settings.as_json() for name, settings in simulator.settings.items()}


def set_settings(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Change settings: {provider: {name: value}}."""
    for provider, changes in body.items():
        simulator.settings[provider].update(changes)
    return show_settings(simulator, request, body)


def show_faults(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Faults in force."""
    return simulator.faults.as_json()


def add_fault(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Add one fault, or a list of them."""
    wanted = body if isinstance(body, list) else [body]
    return [asdict(simulator.faults.add(one)) for one in wanted]


def remove_faults(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Remove all faults, or the one in the path."""
    number = request.path_params.get("number")
    simulator.faults.remove(None if number is None else int(number))
    return simulator.faults.as_json()


def show_restatements(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Restatements made."""
    return [entry.as_json() for entry in simulator.truth.restatements.entries]


def restate(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Restate civil days: first, last, revision (1), accounts (all)."""
    simulator.truth.restate(Restatement.from_json(body))
    return show_restatements(simulator, request, body)


def clear_restatements(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Take all restatements back."""
    simulator.truth.clear_restatements()
    return []


def show_requests(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Requests so far; query: detail, provider, account, status, endpoint, method, token."""
    wanted = dict(request.query_params)
    detail = wanted.pop("detail", "") not in ("", "0", "false")
    return simulator.ledger.as_json(detail, **wanted)


def show_refreshes(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Every use of a refresh token."""
    return [asdict(one) for one in simulator.ledger.refreshes]


def forget_requests(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Start counting anew; limits keep counting."""
    simulator.ledger.clear()
    return {"total": 0}


def issue_token(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Tokens without a browser: provider, account, scopes (all), expires_in (the provider's)."""
    provider = body["provider"]
    scopes = tuple(body.get("scopes") or simulator.dialects[provider].scopes)
    return issue(simulator, provider, int(body["account"]), scopes, body.get("expires_in"))


def expire_tokens(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Let access tokens (or refresh tokens, `refresh`: true) expire; provider, account or all."""
    wanted = (body.get("provider"), body.get("account"), bool(body.get("refresh")))
    return {"expired": simulator.tokens.expire(*wanted)}


def revoke_tokens(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Take consent back as the person would: provider, account (all)."""
    return {"revoked": simulator.tokens.revoke(body["provider"], body.get("account"))}


def reset(simulator: Simulator, request: Request, body: dict[str, Any]) -> Any:
    """Forget faults, restatements, requests, limits and changed settings; tokens and clock stay."""
    simulator.faults.remove()
    simulator.truth.clear_restatements()
    simulator.ledger.clear()
    simulator.limits.clear()
    simulator.settings = default_settings()
    return describe(simulator)


ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", ""): overview,
    ("GET", "/accounts"): list_accounts,
    ("POST", "/clock"): set_clock,
    ("GET", "/settings"): show_settings,
    ("POST", "/settings"): set_settings,
    ("GET", "/faults"): show_faults,
    ("POST", "/faults"): add_fault,
    ("DELETE", "/faults"): remove_faults,
    ("DELETE", "/faults/{number:int}"): remove_faults,
    ("GET", "/restatements"): show_restatements,
    ("POST", "/restatements"): restate,
    ("DELETE", "/restatements"): clear_restatements,
    ("GET", "/requests"): show_requests,
    ("DELETE", "/requests"): forget_requests,
    ("GET", "/refreshes"): show_refreshes,
    ("POST", "/tokens"): issue_token,
    ("POST", "/tokens/expire"): expire_tokens,
    ("POST", "/tokens/revoke"): revoke_tokens,
    ("POST", "/reset"): reset,
}
