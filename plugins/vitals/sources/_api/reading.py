"""Answers of one resource -> one `Fetched`: rows as an Arrow table, and what was refused or new."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from vitals.sources._api.errors import ProviderUnavailableError
from vitals.sources._api.records import Record, Records, Shape
from vitals.sources._api.session import Nothing
from vitals.sources._api.spec import Fetched

INSTANT = pa.timestamp("us", tz="UTC")


class Reading:
    """Collects what one call of `fetch` brings.

    Args:
        account_id: whose data.
        resource: which of its resources.
    """

    def __init__(self, account_id: str, resource: str) -> None:
        self.account_id, self.resource = account_id, resource
        self.fetched = Fetched()

    def inside(
        self, answer: Any, key: str, kind: type | tuple[type, ...] = list, hint: str = ""
    ) -> Any:
        """What an answer holds under a key; an empty list where the answer was empty.

        Raises:
            ProviderUnavailableError: it is not there: no data would look otherwise.
        """
        if isinstance(answer, Nothing) and kind is list:
            return []
        if not isinstance(answer, dict) or not isinstance(answer.get(key), kind):
            raise ProviderUnavailableError(
                f"{self.resource}: the answer has no {key}, so what it means is unknown{hint}"
            )
        return answer[key]

    def whole(self, answer: Any, kind: type = list) -> Any:
        """An answer that is itself the list of records; none where it was empty.

        Raises:
            ProviderUnavailableError: it is something else.
        """
        if isinstance(answer, Nothing):
            return kind()
        if not isinstance(answer, kind):
            raise ProviderUnavailableError(
                f"{self.resource}: the answer is a {type(answer).__name__}, not a {kind.__name__}"
            )
        return answer

    def note_unknown(self, answer: Record, *known: str) -> None:
        """Remember the fields of an answer that are not known."""
        self.fetched.unknown_fields |= answer.keys() - set(known)

    def take(self, shape: Shape, records: Sequence[Any], place: str | date = "") -> Records:
        """Validate records; `place` is the day or id under which rejected ones are kept."""
        prefix = f"{self.account_id}/{self.resource}/{place}"
        found = shape.read(records, lambda index, record: f"{prefix}#{index}")
        self.fetched.rejected += found.rejected
        self.fetched.unknown_fields |= found.unknown
        return found

    def finish(self, rows: Sequence[Record], schema: pa.Schema, key: Sequence[str]) -> Fetched:
        """The result with these rows, sorted by the key; of several with one key the last stays."""
        of_account = [name for name in key if name != "account_id"]
        by_key = {tuple(row[name] for name in of_account): row for row in rows}
        ordered = [row for _, row in sorted(by_key.items())]
        self.fetched.rows = pa.Table.from_pylist(ordered, schema=schema)
        return self.fetched
