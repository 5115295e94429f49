"""tombstones: who was deleted for good -> what must not come back, whatever brings it.

`accounts.tombstones` holds keyed hashes of participants and of their devices. Everything that
writes rows of people asks here first: readings of accounts, imports, the lake, archives, and the
loads of the document store, which is the user's own and still holds what it held.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from vitals.accounts.errors import AccountError
from vitals.accounts.statements import statement

PARTICIPANT, DEVICE = "participant", "device"

# A query -> its rows, over whichever driver is at hand.
Query = Callable[[str], Sequence[Sequence[Any]]]


class ParticipantDeletedError(AccountError):
    """Something of a participant was about to come back who was deleted for good."""


@dataclass(frozen=True)
class Tombstones:
    """Everybody who was deleted for good.

    Attributes:
        keys: what the hashes are made with: one for each warehouse that deleted somebody.
        deleted: when the deletion began, by hash.
    """

    keys: frozenset[bytes]
    deleted: Mapping[bytes, datetime]

    @classmethod
    def read(cls, query: Query) -> "Tombstones":
        """As the warehouse has them."""
        rows = query(statement("list_tombstones"))
        keys = frozenset(bytes(key) for _, key, _ in rows)
        return cls(keys, {bytes(subject): when for subject, _, when in rows})

    @classmethod
    def of(cls, connection: psycopg.Connection) -> "Tombstones":
        """As the warehouse behind a connection has them."""
        return cls.read(lambda text: connection.execute(text).fetchall())

    def __bool__(self) -> bool:
        return bool(self.deleted)

    def participant(self, participant_id: str) -> datetime | None:
        """When a participant was deleted; None if they were not."""
        return self._find(PARTICIPANT, participant_id)

    def account(self, account_id: str) -> datetime | None:
        """When the participant of an account was deleted; None if they were not."""
        return self.participant(participant_of(account_id))

    def device(self, device_id: str) -> datetime | None:
        """When the participant was deleted whose device it was; None if there is none."""
        return self._find(DEVICE, device_id)

    def _find(self, kind: str, subject: str) -> datetime | None:
        hashes = (subject_hash(key, kind, subject) for key in self.keys)
        return next(filter(None, map(self.deleted.get, hashes)), None)


def subject_hash(key: bytes, kind: str, subject: str) -> bytes:
    """What stands for a participant or a device: SHA-256 over key, kind and id."""
    return hashlib.sha256(key + f"{kind}:{subject}".encode()).digest()


def participant_of(account_id: str) -> str:
    """The participant in "<provider>:<participant>" or "<format>:<participant>/<device>"."""
    return account_id.partition(":")[2].partition("/")[0]


def refuse_deleted(connection: psycopg.Connection, account_id: str) -> None:
    """Stop what is about to read or store something of a deleted participant.

    Raises:
        ParticipantDeletedError: they were deleted for good.
    """
    when = Tombstones.of(connection).account(account_id)
    if when:
        raise ParticipantDeletedError(
            f"{account_id}: this participant was deleted for good on {when:%Y-%m-%d}, so nothing "
            "of them is read or stored: choose another participant id for another person"
        )
