"""Which civil days were restated, and how often: the only thing about the data that can change."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from vitals.simulator.truth.people import to_day


@dataclass(frozen=True)
class Restatement:
    """Civil days `first` to `last` (both included) of some or all accounts stand at `revision`."""

    first: date
    last: date
    revision: int = 1
    accounts: tuple[int, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """The form that the admin endpoint reads and writes."""
        return {**asdict(self), "first": str(self.first), "last": str(self.last)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Restatement":
        """Read the form of `as_json`.

        Raises:
            ValueError: if a date is missing or malformed.
        """
        if "first" not in data or "last" not in data:
            raise ValueError("a restatement needs 'first' and 'last', each YYYY-MM-DD")
        accounts = data.get("accounts")
        return cls(
            first=date.fromisoformat(data["first"]),
            last=date.fromisoformat(data["last"]),
            revision=int(data.get("revision", 1)),
            accounts=None if accounts is None else tuple(int(number) for number in accounts),
        )


@dataclass
class Restatements:
    """All restatements made so far; the highest revision of a day counts."""

    entries: list[Restatement] = field(default_factory=list)

    def revision(self, number: int, day: int) -> int:
        """Revision of a civil day of account `number`; 0 is as first recorded."""
        return max(
            (
                entry.revision
                for entry in self.entries
                if to_day(entry.first) <= day <= to_day(entry.last)
                and (entry.accounts is None or number in entry.accounts)
            ),
            default=0,
        )
