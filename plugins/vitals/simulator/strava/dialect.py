"""How Strava words errors, token answers and limits."""

from dataclasses import dataclass
from typing import Any

from vitals.simulator.dialect import Dialect, TokenGrant
from vitals.simulator.errors import ApiError
from vitals.simulator.limits import Usage
from vitals.simulator.truth import Account

SCOPES = {
    "read": "Public profile",
    "read_all": "Private segments and routes",
    "profile:read_all": "Whole profile with weight and zones",
    "activity:read": "Activities that are not private",
    "activity:read_all": "All activities",
}
# kind -> (message, resource, field, code)
PROBLEMS = {
    "bad_request": ("Bad Request", "Activity", "per_page", "invalid"),
    "expired": ("Authorization Error", "Athlete", "access_token", "invalid"),
    "invalid_token": ("Authorization Error", "Athlete", "access_token", "invalid"),
    "scope_missing": ("Authorization Error", "AccessToken", "activity:read_permission", "missing"),
    "not_found": ("Resource Not Found", "Activity", "id", "not found"),
    "gone": ("Gone", "Application", "Status", "gone"),
    "rate_limited": ("Rate Limit Exceeded", "Application", "rate limit", "exceeded"),
    "server_error": ("Internal Error", "Application", "", "error"),
}
OAUTH_FIELDS = {
    "invalid_client": ("Application", "client_id"),
    "unsupported_grant_type": ("Application", "grant_type"),
}
# An access token that lives longer than this is returned again by a refresh.
KEPT_SECONDS = 3_600


def error_body(message: str, resource: str, field: str, code: str) -> Any:
    """Strava's fault object."""
    errors = [{"resource": resource, "field": field, "code": code}]
    return {"message": message, "errors": errors}


@dataclass(frozen=True)
class StravaDialect(Dialect):
    """Strava's."""

    def error(self, kind: str, message: str = "", status: int | None = None) -> ApiError:
        """A missing scope is a 401 here, told from an expired token only by its code."""
        if kind == "scope_missing":
            return ApiError(401, error_body(*PROBLEMS[kind]))
        return super().error(kind, message, status)

    def error_body(self, kind: str, message: str, status: int | None) -> Any:
        """Strava's fault object."""
        return error_body(*PROBLEMS[kind])

    def oauth_error(self, code: str, message: str) -> ApiError:
        """Not OAuth's form: the field says what is wrong, and everything is a Bad Request."""
        token = (
            ("AuthorizationCode", "code")
            if "code" in message
            else ("RefreshToken", "refresh_token")
        )
        resource, field = OAUTH_FIELDS.get(code, token)
        status = 401 if code == "invalid_client" else 400
        return ApiError(status, error_body("Bad Request", resource, field, "invalid"))

    def token_answer(self, grant: TokenGrant) -> dict[str, Any]:
        """The athlete comes with the first answer only."""
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": grant.access_token,
            "expires_at": grant.expires_at,
            "expires_in": grant.expires_in,
            "refresh_token": grant.refresh_token,
        }
        if grant.is_first:
            answer["athlete"] = {"id": grant.account.strava_id, "resource_state": 2}
        return answer

    def limit_key(self, account: Account) -> str:
        """Limits are those of the application, whoever's data are read."""
        return "application"

    def counted(self, usages: list[Usage], method: str) -> list[Usage]:
        """Only reading counts against the read limits."""
        return [usage for usage in usages if usage.name == "overall" or method == "GET"]

    def limit_headers(self, usages: list[Usage]) -> dict[str, str]:
        """Pairs: 15 minutes, day."""
        headers = {}
        for prefix, name in (("X-RateLimit", "overall"), ("X-ReadRateLimit", "read")):
            windows = [usage for usage in usages if usage.name == name]
            if windows:
                headers[f"{prefix}-Limit"] = ",".join(str(one.limit) for one in windows)
                headers[f"{prefix}-Usage"] = ",".join(str(one.used) for one in windows)
        return headers

    def callback_parameters(self, scopes: tuple[str, ...]) -> dict[str, str]:
        """The scopes that were really granted."""
        return {"scope": ",".join(scopes)}

    def keeps_access_token(self, seconds_left: float) -> bool:
        """A refresh gives a new token only in the last hour of the present one."""
        return seconds_left > KEPT_SECONDS


DIALECT = StravaDialect(title="Strava", scopes=SCOPES, scope_separator=",")
