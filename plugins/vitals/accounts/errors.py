"""What can go wrong with connecting an account, in one line for the person who does it."""

from vitals.errors import ExpectedError


class AccountError(ExpectedError):
    """An account cannot be connected or used; the message says why and what to do."""


class GrantRefusedError(Exception):
    """The provider does not renew a token any more.

    `state` is the account's state that follows: expired, revoked or needs_consent.
    """

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state
