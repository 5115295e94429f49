"""Status and error body of Garmin -> what it means. The shape of its errors is not documented."""

from typing import Any

from vitals.sources._api.errors import ApiError, RequestRefusedError


class NotServedError(RequestRefusedError):
    """There is nothing at this address (404): not everything is open to personal keys."""


def explain(status: int, body: Any) -> ApiError | None:
    """The error where Garmin's own words help more than the status."""
    if status == 404:
        return NotServedError(f"Garmin serves nothing there: {_message(body) or status}")
    if status == 400:
        return RequestRefusedError(f"Garmin refuses the request: {_message(body) or status}")
    return None


def _message(body: Any) -> str | None:
    return body.get("message") if isinstance(body, dict) else None
