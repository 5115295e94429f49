"""owner/warehouse.json in a bucket <-> the number of a warehouse: no two of them share a bucket.

They would take each other's loads and parts for their own, and a deletion in one would reach into
the other. So whoever writes or deletes asks here first; the first to write owns the bucket. When a
database is lost, the one that is filled from its bucket takes it over, and the old one, should it
still be there, writes no more.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import psycopg

from vitals import warehouse
from vitals.lake.errors import LakeError, LoadIdTakenError
from vitals.lake.store import Lake

OBJECT = "owner/warehouse.json"


class StrangersBucketError(LakeError):
    """A bucket belongs to another warehouse: nothing was written there, and nothing read here."""


@dataclass(frozen=True)
class Owner:
    """Who a bucket belongs to.

    Attributes:
        warehouse_id: its number (archive.this_warehouse).
        place: where it was when it took the bucket: `host:port/database`.
        since: the day (UTC) of that.
    """

    warehouse_id: str
    place: str
    since: str


def owner_of(lake: Lake) -> Owner | None:
    """The warehouse that a bucket belongs to; None if nobody has written there yet.

    Raises:
        LakeError: the bucket cannot be read.
    """
    content = lake.read_note(OBJECT)
    if content is None:
        return None
    try:
        return Owner(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise LakeError(f"{OBJECT} in bucket {lake.bucket} cannot be understood: {error}") from None


def stranger_in(connection: psycopg.Connection, lake: Lake) -> Owner | None:
    """The other warehouse that a bucket belongs to; None if it is this one's or nobody's.

    Raises:
        LakeError: the bucket cannot be read.
    """
    found = owner_of(lake)
    return None if found is None or found.warehouse_id == _number(connection) else found


def refuse_stranger(connection: psycopg.Connection, lake: Lake) -> None:
    """Make sure that a bucket is not another warehouse's. Changes nothing.

    Raises:
        StrangersBucketError: it is.
        LakeError: the bucket cannot be read.
    """
    found = stranger_in(connection, lake)
    if found:
        raise StrangersBucketError(
            f"bucket {lake.bucket} belongs to another warehouse ({found.place}, since "
            f"{found.since}): set VITALS_S3_BUCKET to one of this warehouse's own; if the other "
            "one is lost, `make populate` takes its bucket over"
        )


def claim(connection: psycopg.Connection, lake: Lake) -> None:
    """Make sure that a bucket is this warehouse's, before something is written or deleted there.

    Args:
        connection: as the role loader or the owner of the tables, in autocommit: a number that is
            in the bucket must not be rolled back.
        lake: the bucket; what is nobody's becomes this warehouse's.

    Raises:
        StrangersBucketError: it is another's.
        LakeError: the bucket cannot be read or written.
    """
    if owner_of(lake) is None:
        with suppress(LoadIdTakenError):  # somebody was faster; who it was is asked next
            lake.put_once(OBJECT, _note(connection))
    refuse_stranger(connection, lake)


def take_over(connection: psycopg.Connection, lake: Lake) -> None:
    """Make another warehouse's bucket this one's, because it is about to be filled from there.

    Args:
        connection: as for `claim`.
        lake: the bucket; what is nobody's stays so until something is written.

    Raises:
        LakeError: the bucket cannot be read or written.
    """
    if stranger_in(connection, lake):
        lake.write_note(OBJECT, _note(connection))


def may_fill(connection: psycopg.Connection, lake: Lake) -> None:
    """Make sure that what is read into this warehouse is its own; an empty one takes over.

    Args:
        connection: as for `claim`.
        lake: the bucket.

    Raises:
        StrangersBucketError: it is another's, and this warehouse has data of its own.
        LakeError: the bucket cannot be read or written.
    """
    if warehouse.is_empty(connection):
        take_over(connection, lake)
    else:
        refuse_stranger(connection, lake)


def _note(connection: psycopg.Connection) -> bytes:
    connection.execute("insert into archive.this_warehouse default values on conflict do nothing")
    number, info = _number(connection), connection.info
    assert number
    place = f"{info.host}:{info.port}/{info.dbname}"
    return json.dumps(asdict(Owner(number, place, f"{datetime.now(UTC):%Y-%m-%d}"))).encode()


def _number(connection: psycopg.Connection) -> str | None:
    row = connection.execute("select warehouse_id::text from archive.this_warehouse").fetchone()
    return row[0] if row else None
