"""What can go wrong with a provider, by what has to happen next. Messages hold no secrets."""

from datetime import datetime

from vitals.errors import ExpectedError


class ApiError(ExpectedError):
    """Something of a provider could not be read; the message says what, in one line."""

    cause = "provider_error"
    """What agg.participant_day says of days that it keeps from being read."""


class ProviderUnavailableError(ApiError):
    """No usable answer after several tries: trying again later may help."""

    pause_seconds: float | None = None
    """How long to wait before the next try, where the provider says so."""


class RequestRefusedError(ApiError):
    """The provider refuses this request (400, 404): trying again would not help."""


class ScopeMissingError(ApiError):
    """The user did not grant what this resource needs (403)."""

    cause = "not_granted"


class ProviderGoneError(ApiError):
    """The API was switched off (410)."""


class ConsentNeededError(ApiError):
    """The account's token is refused for good: a person must connect it again."""

    cause = "token_dead"


class StrangerError(ApiError):
    """The token is the simulator's and we would call the provider, or the reverse: no call.

    Attributes:
        problem: which of them, in words.
        remedy: what a person has to do.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}: {remedy}")
        self.problem, self.remedy = problem, remedy


class LimitReachedError(ApiError):
    """A limit of requests is used up; `resets_at` says when the next request is allowed."""

    cause = "rate_limited"

    def __init__(self, message: str, resets_at: datetime | None = None) -> None:
        super().__init__(message)
        self.resets_at = resets_at
