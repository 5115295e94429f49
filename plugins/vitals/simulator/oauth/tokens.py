"""Grants, codes and tokens; kept in memory, and in a file where one is given.

Expiry is by real time: clients compare it with their own clock.
"""

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

CODE_SECONDS = 600


@dataclass
class Grant:
    """What one account allowed the app, and the tokens that follow from it."""

    provider: str
    account: int
    scopes: list[str]
    refresh_token: str | None = None
    refresh_expires_at: float | None = None
    access_tokens: dict[str, float] = field(default_factory=dict)
    """Token -> epoch second at which it expires."""
    spent: list[str] = field(default_factory=list)
    """Refresh tokens that were rotated away."""
    revoked: bool = False


@dataclass
class Code:
    """An authorization code; it works once, within ten minutes."""

    provider: str
    account: int
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None
    offline: bool
    expires_at: float


class TokenStore:
    """All grants of all providers.

    Args:
        path: JSON file (mode 0600) that keeps grants over a restart of the simulator.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._codes: dict[str, Code] = {}
        self.grants: list[Grant] = []
        if path and path.exists():
            self.grants = [Grant(**data) for data in json.loads(path.read_text())]

    def add_code(self, code: Code) -> str:
        """Keep a code and return its value."""
        value = secrets.token_urlsafe(24)
        self._codes[value] = code
        return value

    def take_code(self, value: str) -> Code | None:
        """Use up a code; None if it is unknown, used or too old."""
        code = self._codes.pop(value, None)
        return code if code and code.expires_at > time.time() else None

    def grant(self, provider: str, account: int, scopes: tuple[str, ...]) -> Grant:
        """Make a new grant."""
        grant = Grant(provider, account, list(scopes))
        self.grants.append(grant)
        return grant

    def has_grant(self, provider: str, account: int) -> bool:
        """Whether an account has allowed the app before and not revoked it."""
        return any(
            (one.provider, one.account) == (provider, account) and not one.revoked
            for one in self.grants
        )

    def issue_access(self, grant: Grant, seconds: int, token: str) -> None:
        """Add an access token to a grant and drop those that expired long ago."""
        now = time.time()
        grant.access_tokens = {
            value: until for value, until in grant.access_tokens.items() if until > now - 86_400
        }
        grant.access_tokens[token] = now + seconds
        self.save()

    def issue_refresh(self, grant: Grant, seconds: int | None, prefix: str = "") -> str:
        """Give a grant a refresh token; an earlier one is used up."""
        if grant.refresh_token:
            grant.spent.append(grant.refresh_token)
        grant.refresh_token = prefix + secrets.token_urlsafe(32)
        grant.refresh_expires_at = None if seconds is None else time.time() + seconds
        self.save()
        return grant.refresh_token

    def by_access(self, provider: str, token: str) -> Grant | None:
        """The grant of an access token, valid or not."""
        for grant in self.grants:
            if grant.provider == provider and token in grant.access_tokens:
                return grant
        return None

    def by_refresh(self, provider: str, token: str) -> tuple[Grant, bool] | None:
        """The grant of a refresh token and whether the token is still the current one."""
        for grant in self.grants:
            if grant.provider != provider:
                continue
            if token == grant.refresh_token:
                return grant, True
            if token in grant.spent:
                return grant, False
        return None

    def revoke(self, provider: str, account: int | None = None, token: str | None = None) -> int:
        """Revoke grants by account or by any of their tokens; returns how many."""
        revoked = 0
        for grant in self.grants:
            named = token is None or token == grant.refresh_token or token in grant.access_tokens
            if grant.provider == provider and named and account in (None, grant.account):
                revoked += not grant.revoked
                grant.revoked = True
        self.save()
        return revoked

    def expire(self, provider: str | None, account: int | None, refresh: bool) -> int:
        """Let access tokens (or, with `refresh`, refresh tokens) expire now; returns how many."""
        expired = 0
        for grant in self.grants:
            if provider not in (None, grant.provider) or account not in (None, grant.account):
                continue
            if refresh:
                grant.refresh_expires_at = time.time() - 1
                expired += 1
            else:
                expired += len(grant.access_tokens)
                grant.access_tokens = dict.fromkeys(grant.access_tokens, time.time() - 1)
        self.save()
        return expired

    def save(self) -> None:
        """Write the grants to the file, if there is one, in one step."""
        if self._path is None:
            return
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump([asdict(grant) for grant in self.grants], file)
        draft.replace(self._path)


def is_revoked_or_old(grant: Grant) -> bool:
    """Whether a grant's refresh token no longer works."""
    expired = grant.refresh_expires_at is not None and grant.refresh_expires_at < time.time()
    return grant.revoked or expired
