"""Objects of the lake that hold answers about one participant -> deleted, and looked for again."""

from itertools import islice

import psycopg

from vitals.accounts.tombstones import participant_of
from vitals.deletion.identity import Identity
from vitals.lake.store import Key, Lake
from vitals.load.account_rebuild import read_heads
from vitals.load.lake_loads import LakeLoads

_AT_ONCE = 10_000


def lake_objects(connection: psycopg.Connection, lake: Lake, identity: Identity) -> list[Key]:
    """Objects of a participant.

    Those that the warehouse knows to be of others are not opened; all others are, because a
    warehouse that was lost may have written them.

    Raises:
        LakeError: the lake cannot be read.
    """
    keys, found = lake.walk(), []
    while some := [*islice(keys, _AT_ONCE)]:
        known = LakeLoads(connection).of_objects(some)
        theirs = [
            key for key in some
            if str(key) not in known or known[str(key)].account_id in identity.accounts
        ]  # fmt: skip
        found += [
            Key.of(head) for head in read_heads(lake, theirs)
            if participant_of(head.account_id) == identity.participant_id
        ]  # fmt: skip
    return found
