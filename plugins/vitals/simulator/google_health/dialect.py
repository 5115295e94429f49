"""How Google words errors and token answers (google.rpc.Status with ErrorInfo)."""

from dataclasses import dataclass
from typing import Any

from vitals.simulator.dialect import PROBLEMS, Dialect, TokenGrant
from vitals.simulator.errors import ApiError

PREFIX = "https://www.googleapis.com/auth/googlehealth."
ACTIVITY = f"{PREFIX}activity_and_fitness.readonly"
MEASUREMENTS = f"{PREFIX}health_metrics_and_measurements.readonly"
SLEEP = f"{PREFIX}sleep.readonly"
PROFILE = f"{PREFIX}profile.readonly"
SETTINGS = f"{PREFIX}settings.readonly"
LOCATION = f"{PREFIX}location.readonly"
SCOPES = {
    ACTIVITY: "Activity and fitness",
    MEASUREMENTS: "Health metrics and measurements",
    SLEEP: "Sleep",
    PROFILE: "Profile",
    SETTINGS: "Settings and devices",
    LOCATION: "Location of exercises",
}
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    410: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
REASONS = {
    "expired": "ACCESS_TOKEN_EXPIRED",
    "invalid_token": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
    "scope_missing": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "rate_limited": "RATE_LIMIT_EXCEEDED",
}
MESSAGES = {
    "scope_missing": "Request had insufficient authentication scopes.",
    "rate_limited": "Quota exceeded for limit 'Requests per minute per user'.",
}
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def status_body(status: int, message: str, reason: str | None, code: str | None = None) -> Any:
    """A google.rpc.Status; `code` overrides the canonical one of the HTTP status."""
    error: dict[str, Any] = {"code": status, "message": message}
    error["status"] = code or STATUSES.get(status, "UNKNOWN")
    if reason:
        error["details"] = [{"@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com"}]
    return {"error": error}


def bad_request(message: str, reason: str | None = None) -> ApiError:
    """A 400 with one of the documented reasons, or none where none is documented."""
    return ApiError(400, status_body(400, message, reason))


@dataclass(frozen=True)
class GoogleDialect(Dialect):
    """Google's."""

    def error_body(self, kind: str, message: str, status: int | None) -> Any:
        """google.rpc.Status."""
        status = status or PROBLEMS[kind][0]
        return status_body(status, MESSAGES.get(kind, message), REASONS.get(kind))

    def token_answer(self, grant: TokenGrant) -> dict[str, Any]:
        """The refresh token comes only with the first answer and is not rotated."""
        answer: dict[str, Any] = {
            "access_token": grant.access_token,
            "expires_in": grant.expires_in,
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }
        if grant.refresh_token:
            answer["refresh_token"] = grant.refresh_token
        if grant.refresh_expires_in is not None:
            answer["refresh_token_expires_in"] = grant.refresh_expires_in
        return answer

    def issues_refresh_token(self, parameters: dict[str, str], is_first_consent: bool) -> bool:
        """Only for offline access, and then at the first consent or when consent is forced."""
        forced = "consent" in parameters.get("prompt", "")
        return parameters.get("access_type") == "offline" and (forced or is_first_consent)


DIALECT = GoogleDialect(
    title="Google Health",
    scopes=SCOPES,
    access_token_prefix="ya29.simulated-",
    repeats_refresh_token=False,
)
