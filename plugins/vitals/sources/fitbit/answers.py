"""Status, headers and error bodies of Fitbit -> how much of the limit is used, and what to do.

Errors look like {"success": false, "errors": [{"errorType": ..., "message": ...}]}.
"""

from collections.abc import Mapping
from typing import Any

from vitals.sources._api.errors import ApiError, ProviderGoneError, RequestRefusedError
from vitals.sources._api.spec import Usage

GONE = (
    "Fitbit's Web API was switched off in November 2026 and its tokens do not carry over. Connect "
    "the same watch through Google Health (vitals connect google_health --participant <id>), and "
    "import the account export (takeout.google.com) for the time before; days already loaded stay"
)


def explain(status: int, body: Any) -> ApiError | None:
    """The error where Fitbit's own words help more than the status."""
    if status == 410:
        return ProviderGoneError(GONE)
    if status in (400, 404):
        return RequestRefusedError(f"Fitbit refuses the request: {_message(body) or status}")
    return None


def error_code(body: Any) -> str | None:
    """OAuth's word for an error of the token address."""
    try:
        return body["errors"][0]["errorType"]
    except (KeyError, IndexError, TypeError):
        return None


def _message(body: Any) -> str | None:
    try:
        first = body["errors"][0]
        return f"{first['errorType']}, {first['message']}"
    except (KeyError, IndexError, TypeError):
        return None


def read_usage(headers: Mapping[str, str]) -> list[Usage]:
    """Requests of this user in the present hour; nothing if an answer does not tell."""
    names = ("Limit", "Remaining", "Reset")
    found = [headers.get(f"Fitbit-Rate-Limit-{name}", "") for name in names]
    if not all(value.isdecimal() for value in found):
        return []
    allowed, remaining, reset = map(int, found)
    return [Usage("hour", max(allowed - remaining, 0), allowed, reset)]
