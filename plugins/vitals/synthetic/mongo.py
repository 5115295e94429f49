"""Cohort -> documents in MongoDB.

Filling is idempotent: `_id`s are derived from the seed, and what is there already is not sent
again. Documents are looked up by `_id` only, which every server that speaks MongoDB's protocol does
rightly and by index.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TypeVar

import pymongo.collection
from pymongo import MongoClient, ReplaceOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from vitals.errors import ExpectedError
from vitals.synthetic.cohort import COLLECTIONS, Cohort, Collection, Delivery, Document

Progress = Callable[[str, int], None]
Item = TypeVar("Item")
Store = pymongo.collection.Collection[Document]

_BATCH = 1_000


class DocumentStoreError(ExpectedError):
    """MongoDB cannot be filled, in one line."""


def fill_mongo(cohort: Cohort, mongo_uri: str, progress: Progress | None = None) -> dict[str, int]:
    """Put a cohort's documents, in their final state, into the database that the URI names.

    Documents that are there are left alone, except that user documents are brought up to date.

    Args:
        cohort: What to write.
        mongo_uri: `mongodb://host:port/database`; the database is "iot" if the URI names none.
        progress: Called with (collection, documents gone through so far) after each batch.

    Returns:
        Number of documents added to each collection.

    Raises:
        DocumentStoreError: the database does not answer, or refuses.
    """
    client: MongoClient[Document] = MongoClient(_pymongo_uri(mongo_uri))
    try:
        with client:
            return _fill(cohort, client.get_default_database("iot"), progress)
    except PyMongoError as error:
        brief = str(error).split(", Timeout:")[0].splitlines()[0]
        raise DocumentStoreError(f"cannot fill MongoDB ({brief}): `make status`") from error


def _fill(
    cohort: Cohort, database: Database[Document], progress: Progress | None
) -> dict[str, int]:
    added: dict[str, int] = dict.fromkeys(COLLECTIONS, 0)
    for name in COLLECTIONS:
        if _is_complete(database[name], cohort, name):
            continue
        done = 0
        empty = database[name].find_one({}, {"_id": 1}) is None
        for batch in _batches(cohort.documents(name), _BATCH):
            added[name] += _add(database[name], batch, empty)
            done += len(batch)
            if progress is not None:
                progress(name, done)
    _update_users(database, cohort)
    return added


def deliver(deliveries: Iterable[Delivery], database: Database[Document]) -> int:
    """Apply deliveries in the order given: insert, or replace the document with the same `_id`.

    Returns:
        Number of deliveries applied.
    """
    count = 0
    for batch in _batches(deliveries, _BATCH):
        for name in COLLECTIONS:
            writes = [
                ReplaceOne({"_id": one.document["_id"]}, one.document, upsert=True)
                for one in batch
                if one.collection == name
            ]
            if writes:
                database[name].bulk_write(writes, ordered=True)
        count += len(batch)
    return count


def _is_complete(collection: Store, cohort: Cohort, name: Collection) -> bool:
    """Tell a full collection from its size and its newest documents; looking up all takes long.

    The store may have more than the cohort, of the days before it. What a moving cohort gains from
    one day to the next was delivered on the last day.
    """
    end = cohort.delivered_until or datetime.combine(cohort.last_date, time.max, UTC)
    count, newest = 0, []
    for identity in cohort.document_ids(name):
        count += 1
        if identity.generation_time >= end - timedelta(days=1):
            newest.append(identity)
    if collection.estimated_document_count() < count:
        return False
    return len(_present(collection, newest)) == len(newest)


def _add(collection: Store, batch: list[Document], empty: bool) -> int:
    if not empty:
        there = _present(collection, [document["_id"] for document in batch])
        batch = [document for document in batch if document["_id"] not in there]
    if batch:
        collection.insert_many(batch, ordered=False)
    return len(batch)


def _present(collection: Store, ids: Iterable[object]) -> set[object]:
    """Return which of the `_id`s the collection has."""
    return {
        found["_id"]
        for some in _batches(ids, _BATCH)
        for found in collection.find({"_id": {"$in": some}}, {"_id": 1})
    }


def _update_users(database: Database[Document], cohort: Cohort) -> None:
    writes = [ReplaceOne({"_id": user["_id"]}, user) for user in cohort.users()]
    database["users"].bulk_write(writes)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _pymongo_uri(uri: str) -> str:
    """Accept the scheme that Airflow writes for connections of type mongo."""
    return uri.replace("mongo://", "mongodb://", 1) if uri.startswith("mongo://") else uri
