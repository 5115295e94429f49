"""A participant id -> the accounts and devices under which rows of theirs are stored.

A device is theirs as in stage: by the newest documents of the people who claim it, the one who was
created last. What is somebody else's by now stays with that person, with its history.
"""

from dataclasses import dataclass

import psycopg

from vitals.deletion.statements import statement


@dataclass(frozen=True)
class Identity:
    """Under which ids rows of a participant are stored.

    Attributes:
        participant_id: as everywhere; the user of the document store.
        accounts: ids of accounts at providers and of imported exports.
        devices: ids of devices of the document store that are theirs.
        handed_on: devices that they once claimed and that are somebody else's now.
    """

    participant_id: str
    accounts: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    handed_on: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, object]:
        """For the statements."""
        return {
            "participant_id": self.participant_id,
            "accounts": [*self.accounts],
            "devices": [*self.devices],
            "subjects": [*self.subjects],
        }

    @property
    def subjects(self) -> tuple[str, ...]:
        """What measured them. A device may be called like a person, so they are not among it."""
        return (*self.accounts, *self.devices)


def find(connection: psycopg.Connection, participant_id: str) -> Identity:
    """Everything that is theirs."""
    who = {"participant_id": participant_id}
    accounts = connection.execute(statement("accounts_of"), who).fetchall()
    claimed = connection.execute(statement("devices_of"), who).fetchall()
    return Identity(
        participant_id,
        tuple(account_id for (account_id,) in accounts),
        tuple(device for device, owner in claimed if owner == participant_id),
        tuple(device for device, owner in claimed if owner != participant_id),
    )
