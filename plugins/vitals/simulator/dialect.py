"""What differs between providers outside their data: error bodies, token answers, limit headers."""

from dataclasses import dataclass, field
from typing import Any

from vitals.simulator.errors import ApiError
from vitals.simulator.limits import Usage
from vitals.simulator.settings import ProviderSettings
from vitals.simulator.truth import Account

# What can go wrong with a call: kind -> (HTTP status, message).
PROBLEMS = {
    "bad_request": (400, "The request is not valid."),
    "expired": (401, "The access token expired."),
    "invalid_token": (401, "The access token is not valid."),
    "scope_missing": (403, "A scope that this call needs was not granted."),
    "not_found": (404, "There is no such resource."),
    "gone": (410, "This API has been switched off."),
    "rate_limited": (429, "Too many requests."),
    "server_error": (500, "Internal error."),
}


@dataclass(frozen=True)
class TokenGrant:
    """What a token answer is made from."""

    account: Account
    scopes: tuple[str, ...]
    access_token: str
    expires_at: int
    expires_in: int
    refresh_token: str | None
    refresh_expires_in: int | None
    is_first: bool


@dataclass(frozen=True)
class Dialect:
    """One provider's way of answering; subclasses override what differs."""

    title: str
    scopes: dict[str, str] = field(default_factory=dict)
    scope_separator: str = " "
    access_token_prefix: str = ""
    repeats_refresh_token: bool = True
    """Whether the answer to a refresh always names the refresh token."""
    gone_message: str = PROBLEMS["gone"][1]

    def error(self, kind: str, message: str = "", status: int | None = None) -> ApiError:
        """An error of a kind of PROBLEMS as this provider words it."""
        default_status, default = PROBLEMS[kind]
        if kind == "gone":
            default = self.gone_message
        return ApiError(status or default_status, self.error_body(kind, message or default, status))

    def error_body(self, kind: str, message: str, status: int | None) -> Any:
        """JSON body of an error."""
        raise NotImplementedError

    def oauth_error(self, code: str, message: str) -> ApiError:
        """An error of the token endpoint; `code` is one of OAuth's, such as invalid_grant."""
        status = 401 if code == "invalid_client" else 400
        return ApiError(status, {"error": code, "error_description": message})

    def token_answer(self, grant: TokenGrant) -> dict[str, Any]:
        """Body of a successful token answer."""
        raise NotImplementedError

    def limit_key(self, account: Account) -> str:
        """Whose requests are counted together: a user's by default."""
        return str(account.number)

    def counted(self, usages: list[Usage], method: str) -> list[Usage]:
        """The windows that apply to a method."""
        return usages

    def limit_headers(self, usages: list[Usage]) -> dict[str, str]:
        """Headers that tell a client its limits."""
        return {}

    def callback_parameters(self, scopes: tuple[str, ...]) -> dict[str, str]:
        """What the redirect carries beside code and state."""
        return {"scope": self.scope_separator.join(scopes)}

    def issues_refresh_token(self, parameters: dict[str, str], is_first_consent: bool) -> bool:
        """Whether an authorization request leads to a refresh token."""
        return True

    def keeps_access_token(self, seconds_left: float) -> bool:
        """Whether a refresh returns the present access token because it still lives long enough."""
        return False

    def retry_after(self, usage: Usage, settings: ProviderSettings) -> dict[str, str]:
        """`Retry-After`, where the provider sends it."""
        return {"Retry-After": str(usage.resets_in)} if settings.sends_retry_after else {}
