"""Rows on their way to raw -> those that may be stored: none of people deleted for good."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from vitals.accounts.tombstones import Query, Tombstones
from vitals.load.tables import load_sql

if TYPE_CHECKING:
    from vitals.sources.rejected import Rejected


@dataclass
class Withholding:
    """Leaves out rows of deleted people, and counts them.

    Attributes:
        tombstones: who was deleted.
        handed_on: devices that are somebody else's now: what they measured since is theirs.
    """

    tombstones: Tombstones
    handed_on: frozenset[str]
    rows: int = 0

    @classmethod
    def read(cls, query: Query) -> "Withholding | None":
        """As the warehouse says; None if nobody was ever deleted."""
        tombstones = Tombstones.read(query)
        if not tombstones:
            return None
        claims = query(load_sql("claimed_devices"))
        others = {device for device, person in claims if not tombstones.participant(person)}
        return cls(tombstones, frozenset(others))

    def watch(
        self, batches: Iterator[pa.RecordBatch], subject: str, time: str | None
    ) -> Iterator[pa.RecordBatch]:
        """The batches without such rows; counting begins anew.

        Args:
            batches: of one table.
            subject: column that says whose row it is: device_id, user_id or account_id.
            time: column with the instant of the row.
        """
        self.rows = 0
        deleted_at = self._look_up(subject)
        for batch in batches:
            kept = self._kept(batch, subject, time, deleted_at)
            self.rows += batch.num_rows - kept.num_rows
            if kept.num_rows:
                yield kept

    def among(self, subjects: Iterable[str], column: str, written_at: datetime) -> frozenset[str]:
        """Those of the subjects of a file whose rows may not come back.

        Args:
            subjects: devices or accounts.
            column: which of the two: device_id or account_id.
            written_at: when the file was written. What it holds of a device that is somebody else's
                now is theirs if it was written after the deletion, which took everything before.
        """
        deleted_at = self._look_up(column)
        return frozenset(
            one
            for one in subjects
            if (when := deleted_at(one)) and not (one in self.handed_on and written_at > when)
        )

    def rejected(self, records: Sequence["Rejected"]) -> list["Rejected"]:
        """Refused records of documents, without those of deleted people."""
        return [one for one in records if not self._is_theirs(json.loads(one.payload))]

    def _look_up(self, subject: str) -> Callable[[str], datetime | None]:
        by_column = {
            "device_id": self.tombstones.device,
            "user_id": self.tombstones.participant,
            "account_id": self.tombstones.account,
        }
        return cache(by_column.get(subject, _nobody))

    def _kept(
        self,
        batch: pa.RecordBatch,
        subject: str,
        time: str | None,
        deleted_at: Callable[[str], datetime | None],
    ) -> pa.RecordBatch:
        subjects = batch.column(subject)
        for one in pc.unique(subjects).to_pylist():
            when = deleted_at(one)
            if when is None:
                continue
            theirs = pc.equal(subjects, one)
            if time and one in self.handed_on:
                theirs = pc.and_(theirs, pc.less_equal(batch.column(time), when))
            batch = batch.filter(pc.invert(theirs))
            subjects = batch.column(subject)
        return batch

    def _is_theirs(self, payload: object) -> bool:
        if not isinstance(payload, dict):
            return False
        device, user = str(payload.get("device_id")), str(payload.get("user_id"))
        return bool(self.tombstones.device(device) or self.tombstones.participant(user))


def _nobody(_: str) -> None:
    """What is not of anybody, such as an activity, is not withheld."""
