"""Checks that every Google Health request passes: user, parameters, data source family, body."""

import re
from typing import Any

import orjson

from vitals.simulator.errors import ApiError
from vitals.simulator.google_health.dialect import PREFIX, bad_request, status_body
from vitals.simulator.provider import Call

# Google's own parameters, which every method accepts.
STANDARD = {"$.xgafv", "alt", "callback", "fields", "key", "prettyPrint", "quotaUser"}
FAMILIES = ("all-sources", "google-wearables", "google-sources", "self-sources")
WITH_PHONE = ("all-sources", "google-sources")
OCTAL = re.compile(rb"[:\[,]\s*0\d")


def check_call(call: Call, *parameters: str) -> None:
    """Check user, scopes and query parameters (given in camelCase).

    Raises:
        ApiError: 400 or 403.
    """
    foreign = [
        scope
        for scope in call.scopes
        if scope.startswith("https://www.googleapis.com/") and not scope.startswith(PREFIX)
    ]
    if foreign:
        # Seen by users: a token that also carries another product's scope is refused.
        raise call.dialect.error("scope_missing")
    user = call.path.get("user", "me")
    if user not in ("me", call.account.google_id):
        raise ApiError(403, status_body(403, "The caller does not have permission", None))
    allowed = {*parameters, *(snake(name) for name in parameters)} | STANDARD
    for name in call.query:
        if name not in allowed:
            raise bad_request(
                f'Invalid JSON payload received. Unknown name "{name}": '
                "Cannot bind query parameter. Field could not be found in request message."
            )


def parameter(call: Call, name: str) -> str | None:
    """Query parameter by its camelCase or snake_case name."""
    return call.query.get(name, call.query.get(snake(name)))


def snake(name: str) -> str:
    """CamelCase to snake_case."""
    return re.sub(r"[A-Z]", lambda match: "_" + match.group().lower(), name)


def source_family(value: str | None, call: Call) -> str:
    """Name of a data source family.

    Raises:
        ApiError: 400 if it is malformed or unknown.
    """
    if not value:
        return "all-sources"
    match = re.fullmatch(r"users/([^/]+)/dataSourceFamilies/([^/]+)", value)
    if match and match[1] in ("me", call.account.google_id) and match[2] in FAMILIES:
        return match[2]
    reason = "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"
    raise bad_request(f"Invalid data source family: {value}", reason)


def read_body(call: Call, allowed: set[str]) -> dict[str, Any]:
    """JSON object in the body.

    Raises:
        ApiError: 400 if it is no JSON object or has unknown fields.
    """
    try:
        body = orjson.loads(call.body or b"{}")
    except orjson.JSONDecodeError as error:
        octal = OCTAL.search(call.body) is not None
        problem = "Octal/hex numbers are not valid JSON values." if octal else "Unexpected token."
        raise bad_request(f"Invalid JSON payload received. {problem}") from error
    if not isinstance(body, dict):
        raise bad_request("Invalid JSON payload received. Unexpected token.")
    for name in body:
        if name not in allowed:
            message = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            raise bad_request(message)
    return body
