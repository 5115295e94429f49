"""Google's refusals -> errors that say what a person can do. Light: Airflow imports it to parse."""

from typing import Any

from vitals.sources._api.errors import (
    ApiError,
    ConsentNeededError,
    RequestRefusedError,
    ScopeMissingError,
)

LONGEST_MESSAGE = 300
NOT_LINKED = (
    "this Google account has no health data: sign in to the Google Health (Fitbit) app with it, "
    "then connect it again"
)
FOREIGN = (
    "Google refuses this account: remove this app at myaccount.google.com/connections, move an old "
    "Fitbit account to Google, then connect it again"
)
NOT_ENABLED = "the Google Health API is not enabled in the Cloud project of the client id"


def explain(status: int, body: Any) -> ApiError | None:
    """The error behind a refusal; None if the status alone says enough."""
    if status not in (400, 403):
        return None
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    message = " ".join(str(error.get("message", "")).split())[:LONGEST_MESSAGE]
    reason = _reason(error)
    if reason == "ACCOUNT_NOT_LINKED":
        return ConsentNeededError(NOT_LINKED)
    if status == 400:
        reason = reason or "no reason given"
        return RequestRefusedError(f"Google refuses the request: {reason}: {message}")
    if reason in ("SERVICE_DISABLED", "API_DISABLED"):
        return RequestRefusedError(NOT_ENABLED)
    if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return ScopeMissingError("the user did not allow this data: connect the account again")
    if "GaiaMint" in message or "UberMint" in message:
        return ConsentNeededError(FOREIGN)
    return None


def _reason(error: dict[str, Any]) -> str:
    """Reason of the first google.rpc.ErrorInfo."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and detail.get("reason"):
            return str(detail["reason"])
    return ""
