"""What clients did: every request and every refresh, so that tests can prove politeness."""

import hashlib
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

# Enough for months of nightly runs of a small cohort; the oldest are forgotten first.
KEPT = 200_000


@dataclass
class Entry:
    """One request."""

    number: int
    at: float
    provider: str
    method: str
    endpoint: str
    path: str
    query: str
    account: int | None = None
    token: str | None = None
    status: int = 0
    fault: str | None = None
    seconds: float = 0.0


@dataclass
class Refresh:
    """One use of a refresh token (or Garmin API key)."""

    provider: str
    account: int | None
    token: str
    started: float
    finished: float = 0.0
    ok: bool = False
    error: str | None = None
    rotated: bool = False
    concurrent: int = 1
    """How many refreshes of the account were under way at its start, itself included."""


@dataclass
class Ledger:
    """Requests and refreshes since the start or the last `clear`."""

    entries: list[Entry] = field(default_factory=list)
    refreshes: list[Refresh] = field(default_factory=list)
    _numbers: int = 0

    def open(self, provider: str, method: str, endpoint: str, path: str, query: str) -> Entry:
        """Start the record of a request; the caller fills in the rest."""
        self._numbers += 1
        entry = Entry(self._numbers, time.time(), provider, method, endpoint, path, query)
        self.entries.append(entry)
        if len(self.entries) > KEPT:
            del self.entries[: KEPT // 10]
        return entry

    def open_refresh(self, provider: str, account: int | None, token: str) -> Refresh:
        """Start the record of a refresh."""
        same = [
            one
            for one in self.refreshes
            if not one.finished and (one.provider, one.account) == (provider, account)
        ]
        refresh = Refresh(
            provider, account, fingerprint(token), time.time(), concurrent=len(same) + 1
        )
        self.refreshes.append(refresh)
        return refresh

    def counts(self, **wanted: Any) -> list[dict[str, Any]]:
        """Requests per provider, endpoint, account and status; `wanted` filters by field."""
        found: Counter[tuple[Any, ...]] = Counter(
            (one.provider, one.method, one.endpoint, one.account, one.token, one.status)
            for one in self.find(**wanted)
        )
        names = ("provider", "method", "endpoint", "account", "token", "status")
        return [
            {**dict(zip(names, key, strict=True)), "count": count} for key, count in found.items()
        ]

    def find(self, **wanted: Any) -> list[Entry]:
        """Requests whose fields have the wanted values; a value of None does not filter."""
        filters = {name: value for name, value in wanted.items() if value is not None}
        return [
            one
            for one in self.entries
            if all(str(getattr(one, name)) == str(value) for name, value in filters.items())
        ]

    def as_json(self, detail: bool, **wanted: Any) -> dict[str, Any]:
        """Total, counts and, with `detail`, every request."""
        found = self.find(**wanted)
        answer: dict[str, Any] = {"total": len(found), "counts": self.counts(**wanted)}
        if detail:
            answer["requests"] = [asdict(one) for one in found]
        return answer

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()
        self.refreshes.clear()


def fingerprint(token: str) -> str:
    """Eight characters that stand for a token; the token itself is never kept or shown."""
    return hashlib.sha256(token.encode()).hexdigest()[:8]
