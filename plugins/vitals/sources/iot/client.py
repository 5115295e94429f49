"""MongoDB -> batches of raw BSON.

Reads by range, sort and batch only, on `_id` or `created_at`: every server that speaks MongoDB's
protocol answers those. Servers differ in what a range of one type matches beside that type, so
the queries here may return too much, never too little, and whoever reads looks again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from bson import Int64, ObjectId
from bson.errors import BSONError
from pymongo.errors import PyMongoError

from vitals.errors import ExpectedError
from vitals.sources.iot.documents import RawDocument, split

Query = Mapping[str, Any]

SMALLEST_ID = ObjectId("0" * 24)

# How long to look for a server that answers.
SELECTION_MS = 10_000
# How long it may think about one answer; a look without an index takes minutes. Without an end a
# server that hangs would keep the task, and with it every later run, for ever.
SOCKET_MS = 900_000

_BATCH_BYTES = 2_000_000
_SAMPLE_DOCUMENTS = 20


class SourceError(ExpectedError):
    """The document store cannot be read, in one line."""


def ids_from(first: ObjectId) -> Query:
    """Documents with an ObjectId from `first` on."""
    return {"_id": {"$gte": first}}


def foreign_ids() -> Query:
    """Documents whose `_id` is no ObjectId: from the lowest value of every other type."""
    lowest: tuple[Any, ...] = ("", -1e300, datetime.min.replace(tzinfo=UTC), b"", {}, False)
    return {"$or": [{"_id": {"$gte": value}} for value in lowest]}


def created_between(start: datetime, end: datetime) -> Query:
    """Documents with `created_at` in [start, end), in each of the four encodings.

    Text is compared as text, so its range is a day wider on both sides (offsets from UTC).
    """
    first, last, day = start.timestamp(), end.timestamp(), timedelta(days=1)
    ranges = [
        (start, end),
        (first, last),
        (Int64(first * 1000), Int64(last * 1000)),
        (f"{start - day:%Y-%m-%d}", f"{end + 2 * day:%Y-%m-%d}"),
    ]
    return {"$or": [{"created_at": {"$gte": low, "$lt": high}} for low, high in ranges]}


class DocumentStore:
    """A database of documents, opened for reading."""

    def __init__(self, uri: str) -> None:
        self._client: pymongo.MongoClient = pymongo.MongoClient(
            uri,
            serverSelectionTimeoutMS=SELECTION_MS,
            connectTimeoutMS=10_000,
            socketTimeoutMS=SOCKET_MS,
            appname="vitals",
        )
        self._database = self._client.get_default_database("iot")

    @classmethod
    @contextmanager
    def open(cls, uri: str) -> Iterator["DocumentStore"]:
        """Open a store and close it again.

        Raises:
            SourceError: it cannot be reached, or fails while it is read.
        """
        store = None
        try:
            store = cls(uri)
            yield store
        except (PyMongoError, BSONError) as error:
            raise SourceError(f"cannot read MongoDB at {_place(uri)}: {_brief(error)}") from error
        finally:
            if store:
                store._client.close()

    def collections(self) -> list[str]:
        """Names of all collections except the server's own."""
        names = self._database.list_collection_names()
        return sorted(name for name in names if not name.startswith("system."))

    def count(self, collection: str) -> int:
        """Number of documents, from the server's metadata."""
        return self._database[collection].estimated_document_count()

    def recent(self, collection: str, limit: int = 200) -> list[RawDocument]:
        """The documents with the largest ObjectIds, largest first."""
        found = self._database[collection].find_raw_batches(ids_from(SMALLEST_ID))
        newest = found.sort("_id", -1).limit(limit)
        return [document for batch in newest for document in split(batch) if document.has_object_id]

    def batches(
        self, collection: str, query: Query | None = None, *, in_order: bool = False
    ) -> Iterator[list[RawDocument]]:
        """Documents in batches of a few megabytes; `in_order` of their `_id` if asked for."""
        size = self._batch_size(collection)
        cursor = self._database[collection].find_raw_batches(query or {}, batch_size=size)
        for batch in cursor.sort("_id", 1) if in_order else cursor:
            yield list(split(batch))

    def _batch_size(self, collection: str) -> int:
        """How many documents make a batch: a server counts documents, memory counts bytes."""
        first = self._database[collection].find_raw_batches({}).limit(_SAMPLE_DOCUMENTS)
        sizes = [document.stop - document.start for batch in first for document in split(batch)]
        return max(10, min(5_000, _BATCH_BYTES * len(sizes) // max(sum(sizes), 1)))


def _place(uri: str) -> str:
    return uri.rpartition("@")[2].removeprefix("mongodb://").removeprefix("mongodb+srv://")


def _brief(error: Exception) -> str:
    return str(error).split(", Timeout:")[0].splitlines()[0][:300]
