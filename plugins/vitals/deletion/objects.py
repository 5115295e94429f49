"""Objects of the lake that hold answers about one participant -> deleted, and looked for again."""

import psycopg

from vitals.accounts.tombstones import participant_of
from vitals.deletion.identity import Identity
from vitals.lake.store import Key, Lake
from vitals.load.account_rebuild import read_heads


def lake_objects(connection: psycopg.Connection, lake: Lake, identity: Identity) -> list[Key]:
    """Objects of a participant.

    Those that the warehouse knows to be of others are not opened; all others are, because a
    warehouse that was lost may have written them.

    Raises:
        LakeError: the lake cannot be read.
    """
    query = (
        "select lake_object from raw.loads "
        "where lake_object is not null and account_id <> all(%s::text[])"
    )
    others = {name for (name,) in connection.execute(query, [[*identity.accounts]])}
    heads = read_heads(lake, [key for key in lake.objects() if str(key) not in others])
    return [
        Key.of(head) for head in heads if participant_of(head.account_id) == identity.participant_id
    ]
