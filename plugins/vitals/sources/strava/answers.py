"""Status, headers and error bodies of Strava -> how much of the limits is used, and what to do.

Errors look like {"message": ..., "errors": [{"resource": ..., "field": ..., "code": ...}]}.
"""

from collections.abc import Mapping
from typing import Any

from vitals.sources._api.errors import ApiError, RequestRefusedError, ScopeMissingError
from vitals.sources._api.spec import Usage

# Header prefix -> our name of the limit. Each header holds a pair: 15 minutes, day.
LIMITS = {"X-RateLimit": "overall", "X-ReadRateLimit": "read"}
WINDOWS = ("15_minutes", "day")
# What the errors of the token address are about -> OAuth's word.
OAUTH_WORDS = {
    "RefreshToken": "invalid_grant",
    "AuthorizationCode": "invalid_grant",
    "Application": "invalid_client",
}
INACTIVE = "Strava has switched the app off: its owner needs a Strava subscription"


class NotThereError(RequestRefusedError):
    """Strava has no such thing (404), such as the recording of an activity entered by hand."""


def explain(status: int, body: Any) -> ApiError | None:
    """The error where Strava's own words help more than the status.

    A missing scope is a 401 here, like a token that has ended; only the code tells them apart.
    """
    for error in _errors(body):
        if status == 401 and error.get("code") == "missing":
            scope = str(error.get("field", "")).removesuffix("_permission")
            return ScopeMissingError(f"Strava: {scope} was not granted: connect the account again")
        if status == 403 and error.get("code") == "Inactive":
            return RequestRefusedError(INACTIVE)
    if status == 404:
        return NotThereError("Strava has no such thing (404)")
    return None


def error_code(body: Any) -> str | None:
    """OAuth's word for an error of the token address."""
    words = [OAUTH_WORDS.get(str(error.get("resource"))) for error in _errors(body)]
    return next(filter(None, words), None)


def read_usage(headers: Mapping[str, str]) -> list[Usage]:
    """Requests of the whole app in the present quarter of an hour and day (UTC)."""
    found = []
    for prefix, limit in LIMITS.items():
        allowed = _pair(headers.get(f"{prefix}-Limit", ""))
        used = _pair(headers.get(f"{prefix}-Usage", ""))
        for window, most, count in zip(WINDOWS, allowed, used, strict=False):
            found.append(Usage(f"{limit}_{window}", count, most))
    return found


def _pair(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    return [int(part) for part in parts] if all(part.isdecimal() for part in parts) else []


def _errors(body: Any) -> list[dict[str, Any]]:
    found = body.get("errors") if isinstance(body, dict) else None
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []
