"""Faults on command: which requests go wrong, and how.

A fault matches by provider, account, method and a regular expression on the path, lets `skip`
matching requests pass, then happens `times` times (None: until removed), each with a probability
drawn from a seeded sequence. The first fault that matches a request is the one that happens.
"""

import random
import re
from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import Any

KINDS = {
    "expired": "401 as for an expired token",
    "scope_missing": "403 as for a scope that was not granted",
    "gone": "410 with a message",
    "rate_limited": "429; retry_after adds the header, retry_after=null leaves it out",
    "server_error": "a 5xx; status chooses which (500)",
    "slow": "the right answer after `seconds`",
    "timeout": "nothing for `seconds` (600), then 504",
    "truncated": "the first half of the right JSON, with a matching Content-Length",
    "cut": "the first half of the right answer, then the connection closes",
    "html": "200 with an HTML page instead of JSON",
    "empty": "200 with {}",
    "no_content": "no body at all; status chooses between 204 and an empty 200",
    "wrong_type": "`records` records (1) with a value of the wrong type in `field` (any)",
    "unknown_field": "`records` records (all) and the whole answer have a field nobody knows",
    "missing_field": "`records` records (1) without `field` (any)",
    "short_page": "a page of `keep` records (0) although more follow (not Strava: always short)",
    "duplicate_page": "the page that was just served is served again in between",
}
UNKNOWN_FIELD = "simulatorNewField"


@dataclass
class Fault:
    """One fault; see KINDS for what the last fields mean to each kind."""

    kind: str
    provider: str | None = None
    account: int | None = None
    method: str | None = None
    path: str = ""
    times: int | None = None
    skip: int = 0
    probability: float = 1.0
    status: int = 500
    retry_after: int | None = None
    seconds: float = 1.0
    records: int | None = None
    field: str | None = None
    keep: int = 0
    id: int = 0
    happened: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; one of {', '.join(KINDS)}")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error

    def matches(self, provider: str, account: int | None, method: str, path: str) -> bool:
        """Whether a request is one that this fault is meant for."""
        return (
            self.provider in (None, provider)
            and self.account in (None, account)
            and self.method in (None, method)
            and re.search(self.path, path) is not None
            and (self.times is None or self.happened < self.times)
        )


@dataclass
class Faults:
    """The faults in force, in the order in which they were added."""

    seed: int = 0
    active: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids = count(1)
        self._random = random.Random(self.seed)

    def add(self, data: dict[str, Any]) -> Fault:
        """Add a fault from its JSON form.

        Raises:
            ValueError: if the kind or a field is unknown.
        """
        known = {one.name for one in fields(Fault)} - {"id", "happened"}
        if set(data) - known:
            raise ValueError(f"unknown field {', '.join(sorted(set(data) - known))}")
        if "kind" not in data:
            raise ValueError("a fault needs a 'kind'")
        fault = Fault(**data)
        fault.id = next(self._ids)
        self.active.append(fault)
        return fault

    def pick(self, provider: str, account: int | None, method: str, path: str) -> Fault | None:
        """The fault that happens to a request, counted as having happened, or None."""
        for fault in self.active:
            if not fault.matches(provider, account, method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            fault.happened += 1
            return fault
        return None

    def remove(self, number: int | None = None) -> None:
        """Remove one fault by id, or all."""
        self.active = [one for one in self.active if number is not None and one.id != number]

    def as_json(self) -> list[dict[str, Any]]:
        """All faults, with how often each happened."""
        return [asdict(fault) for fault in self.active]
