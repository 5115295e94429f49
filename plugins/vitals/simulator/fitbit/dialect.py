"""How Fitbit words errors, token answers and limits."""

import base64
from dataclasses import dataclass
from typing import Any

from vitals.simulator.dialect import Dialect, TokenGrant
from vitals.simulator.errors import ApiError
from vitals.simulator.limits import Usage

ERROR_TYPES = {
    "bad_request": "validation",
    "expired": "expired_token",
    "invalid_token": "invalid_token",
    "scope_missing": "insufficient_scope",
    "not_found": "not_found",
    "gone": "gone",
    "rate_limited": "rate_limit",
    "server_error": "system",
}
SCOPES = {
    "activity": "Activity and exercise",
    "heartrate": "Heart rate",
    "sleep": "Sleep",
    "oxygen_saturation": "Oxygen saturation",
    "respiratory_rate": "Breathing rate",
    "temperature": "Temperature",
    "cardio_fitness": "Cardio fitness",
    "weight": "Weight",
    "profile": "Profile",
    "settings": "Devices and settings",
    "location": "Location",
    "nutrition": "Food and water",
    "social": "Friends",
}
GONE = (
    "The Fitbit Web API has been shut down. Existing tokens do not carry over: connect the account "
    "again through the Google Health API, https://developers.google.com/health/about"
)


def error_body(kind: str, message: str, field: str = "n/a") -> Any:
    """Fitbit's list of errors."""
    return {
        "success": False,
        "errors": [{"errorType": kind, "fieldName": field, "message": message}],
    }


def invalid(message: str, field: str = "n/a") -> ApiError:
    """A 400 about a parameter."""
    return ApiError(400, error_body("validation", message, field))


@dataclass(frozen=True)
class FitbitDialect(Dialect):
    """Fitbit's."""

    def error_body(self, kind: str, message: str, status: int | None) -> Any:
        """A list with one error."""
        return error_body(ERROR_TYPES[kind], message)

    def oauth_error(self, code: str, message: str) -> ApiError:
        """The same list at the token endpoint."""
        return ApiError(401 if code == "invalid_client" else 400, error_body(code, message))

    def token_answer(self, grant: TokenGrant) -> dict[str, Any]:
        """Every refresh gives a new refresh token."""
        return {
            "access_token": grant.access_token,
            "expires_in": grant.expires_in,
            "refresh_token": grant.refresh_token,
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
            "user_id": grant.account.fitbit_id,
        }

    def limit_headers(self, usages: list[Usage]) -> dict[str, str]:
        """Requests left in the hour of this user."""
        if not usages:
            return {}
        usage = usages[0]
        return {
            "Fitbit-Rate-Limit-Limit": str(usage.limit),
            "Fitbit-Rate-Limit-Remaining": str(max(usage.limit - usage.used, 0)),
            "Fitbit-Rate-Limit-Reset": str(usage.resets_in),
        }

    def callback_parameters(self, scopes: tuple[str, ...]) -> dict[str, str]:
        """Nothing beside code and state; the scopes come with the token."""
        return {}


DIALECT = FitbitDialect(
    title="Fitbit",
    scopes=SCOPES,
    # Real tokens are JWTs; clients must not look inside.
    access_token_prefix=base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=") + ".",
    gone_message=GONE,
)
