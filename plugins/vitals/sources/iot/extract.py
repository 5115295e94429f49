"""MongoDB -> slices of rows, each small enough to keep memory flat and progress safe.

What is new is found by order of insertion (`_id`), never by the time of the data: a document that
a watch delivers days late is new. Buckets still grow shortly after their insertion, so every run
reads the last `overlap` again and skips what is byte for byte as before. Clients may make their
ObjectIds before they deliver; if the collection grew by more documents than were found, everything
older is read once more.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from bson import ObjectId

from vitals.sources.iot import client, instants
from vitals.sources.iot.client import DocumentStore
from vitals.sources.iot.collections import CollectionSpec
from vitals.sources.iot.documents import RawDocument
from vitals.sources.rejected import Rejected

# Samples of one slice: 20 bytes each while they are collected and sorted.
SLICE_SAMPLES = 500_000

Known = Callable[[str, Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True)
class Cursor:
    """How far a collection has been read.

    Attributes:
        last_id: largest ObjectId read that is not later than the clock, in hexadecimal.
        documents: how many documents of the collection are accounted for.
        has_foreign_ids: some documents have another `_id` than an ObjectId; since those do not
            tell when they were inserted, every run reads them again.
    """

    last_id: str | None = None
    documents: int = 0
    has_foreign_ids: bool = False


@dataclass(frozen=True)
class Request:
    """What to read.

    Attributes:
        mode: "incremental", "window" (created_at in [start, end)) or "full".
        now: the present instant, UTC.
        overlap: how long after its insertion a document may still change.
        known: fingerprints of documents loaded before, by collection and document ids.
        slice_samples: bound of one slice.
    """

    mode: str
    now: datetime
    overlap: timedelta
    known: Known
    start: datetime | None = None
    end: datetime | None = None
    slice_samples: int = SLICE_SAMPLES

    @property
    def window(self) -> tuple[datetime, datetime]:
        """[start, end) of mode "window"."""
        assert self.start and self.end, "a window has two ends"
        return self.start, self.end


@dataclass
class Slice:
    """A bounded piece of one collection: its rows and everything the books need to know.

    Attributes:
        rows: good rows, one for each key; `rows_superseded` lost to a better one here already.
        cursor: where the collection has been read to with this slice; None in mode "window".
        fingerprints: of the documents that a later run will meet again.
        forget_before: fingerprints of smaller ObjectIds are of no more use.
    """

    collection: CollectionSpec
    rows: pa.Table
    rejected: list[Rejected]
    rows_read: int
    rows_superseded: int
    documents_read: int
    documents_unchanged: int
    cursor: Cursor | None
    fingerprints: dict[str, bytes] = field(default_factory=dict)
    forget_before: str | None = None
    unknown_fields: set[str] = field(default_factory=set)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def resource(self) -> str:
        """The collection, as raw.loads names it."""
        return self.collection.name

    @property
    def position(self) -> dict[str, Any] | None:
        """The cursor as raw.cursors keeps it."""
        return asdict(self.cursor) if self.cursor else None


def read_collection(
    store: DocumentStore, spec: CollectionSpec, request: Request, cursor: Cursor
) -> Iterator[Slice]:
    """All slices of a collection, at least one."""
    return _Reading(store, spec, request, cursor).slices()


class _Reading:
    """One run over one collection."""

    def __init__(
        self, store: DocumentStore, spec: CollectionSpec, request: Request, cursor: Cursor
    ) -> None:
        self.store, self.spec, self.request, self.start_cursor = store, spec, request, cursor
        self.last_id, self.has_foreign_ids = cursor.last_id, cursor.has_foreign_ids
        self.new_documents = 0
        self.reads_everything = request.mode == "full" or not cursor.last_id
        self.all_documents = 0
        self._begin()

    def _begin(self) -> None:
        self.reader = self.spec.new_reader(instants.from_value(self.request.now)[0])
        self.documents_read = self.documents_unchanged = 0
        self.fingerprints: dict[str, bytes] = {}

    def slices(self) -> Iterator[Slice]:
        self.count = self.store.count(self.spec.name)
        for documents in self._batches():
            if self._is_full():
                yield self._finish(self._interim_cursor())
            self._take(documents)
        yield self._finish(self._final_cursor())

    def _is_full(self) -> bool:
        """Whether the slice ends; a snapshot is one, in which every document meets its rivals."""
        return not self.spec.is_snapshot and self.reader.weight >= self.request.slice_samples

    def _batches(self) -> Iterator[list[RawDocument]]:
        name, request, last_id = self.spec.name, self.request, self.start_cursor.last_id
        if self.spec.is_snapshot:
            if request.mode == "full" or self._has_changed():
                yield from self.store.batches(name)
        elif request.mode == "window":
            query = client.created_between(*request.window)
            for documents in self.store.batches(name, query):
                yield [document for document in documents if self._in_window(document)]
        elif self.reads_everything or last_id is None:
            yield from self.store.batches(name, in_order=True)
        else:
            yield from self._updates(last_id)

    def _in_window(self, document: RawDocument) -> bool:
        micros, problem = instants.from_value(document.value("created_at"))
        if problem:
            return False
        start, end = self.request.window
        return start <= instants.to_datetime(micros) < end

    def _updates(self, last_id: str) -> Iterator[list[RawDocument]]:
        """Documents inserted since the cursor less the overlap, and those not accounted for."""
        name, first = self.spec.name, self._overlap_start(last_id)
        for documents in self.store.batches(name, client.ids_from(first), in_order=True):
            yield [document for document in documents if document.has_object_id]
        if self.start_cursor.has_foreign_ids:
            for documents in self.store.batches(name, client.foreign_ids()):
                yield [document for document in documents if not document.has_object_id]
        if self.count > self.start_cursor.documents + self.new_documents:
            self.reads_everything = True
            for documents in self.store.batches(name):
                yield [document for document in documents if self._is_older(document, first)]

    def _is_older(self, document: RawDocument, first: ObjectId) -> bool:
        if not document.has_object_id:
            return not self.start_cursor.has_foreign_ids
        return document.document_id() < str(first)

    def _has_changed(self) -> bool:
        """Whether a snapshot differs from what was read before; if not, it counts as read."""
        unchanged = 0
        for documents in self.store.batches(self.spec.name):
            ids = [document.document_id() for document in documents]
            known = self.request.known(self.spec.name, ids)
            for document, document_id in zip(documents, ids, strict=True):
                if known.get(document_id) != document.fingerprint():
                    return True
            unchanged += len(documents)
        self.documents_read = self.documents_unchanged = self.all_documents = unchanged
        return False

    def _take(self, documents: Sequence[RawDocument]) -> None:
        """Give the reader what is new or has changed."""
        ids = [document.document_id() for document in documents]
        known = self.request.known(self.spec.name, ids)
        skips_known = self.request.mode == "incremental" and not self.spec.is_snapshot
        wanted = []
        for document, document_id in zip(documents, ids, strict=True):
            fingerprint = document.fingerprint()
            self.new_documents += document_id not in known
            if skips_known and known.get(document_id) == fingerprint:
                self.documents_unchanged += 1
                continue
            self.fingerprints[document_id] = fingerprint
            wanted.append(document)
            self._advance(document, document_id)
        self.documents_read += len(documents)
        self.all_documents += len(documents)
        self.reader.add(wanted)

    def _advance(self, document: RawDocument, document_id: str) -> None:
        # A client whose clock is ahead must not push the cursor past documents still to come.
        if not document.has_object_id:
            self.has_foreign_ids = True
            return
        latest = str(ObjectId.from_datetime(self.request.now))
        self.last_id = max(self.last_id or "", min(document_id, latest))

    def _interim_cursor(self) -> Cursor | None:
        """The cursor after a slice that is not the last; None where the order is not `_id`."""
        is_in_order = self.request.mode == "incremental"
        if not is_in_order or (self.reads_everything and self.start_cursor.last_id):
            return None
        return self._cursor(self.start_cursor.documents + self.new_documents)

    def _final_cursor(self) -> Cursor | None:
        if self.request.mode == "window":
            return None
        if self.reads_everything or self.spec.is_snapshot:
            return self._cursor(max(self.all_documents, self.count))
        accounted = self.start_cursor.documents + self.new_documents
        # Fewer than accounted for: documents were deleted, and may not hide later arrivals.
        return self._cursor(min(accounted, self.store.count(self.spec.name)))

    def _cursor(self, documents: int) -> Cursor:
        return Cursor(self.last_id, documents, self.has_foreign_ids)

    def _finish(self, cursor: Cursor | None) -> Slice:
        rows, superseded = self.reader.table()
        forget_before, fingerprints = None, self.fingerprints
        if self.request.mode == "window":
            fingerprints = {}
        elif self.last_id and not self.spec.is_snapshot:
            forget_before = str(self._overlap_start(self.last_id))
            fingerprints = _still_needed(self.fingerprints, forget_before)
        finished = Slice(
            collection=self.spec,
            rows=rows,
            rejected=self.reader.rejected,
            rows_read=self.reader.rows_read,
            rows_superseded=superseded,
            documents_read=self.documents_read,
            documents_unchanged=self.documents_unchanged,
            cursor=cursor,
            fingerprints=fingerprints,
            forget_before=forget_before if cursor else None,
            unknown_fields=self.reader.unknown_fields,
            notes=self.reader.notes,
        )
        self._begin()
        return finished

    def _overlap_start(self, last_id: str) -> ObjectId:
        """The smallest ObjectId that is read again by a run that begins at `last_id`."""
        last = min(ObjectId(last_id).generation_time, self.request.now)
        return ObjectId.from_datetime(max(last - self.request.overlap, instants.EPOCH))


def _still_needed(fingerprints: Mapping[str, bytes], forget_before: str) -> dict[str, bytes]:
    """Without the documents that are too old to be read again; other ids than ObjectIds stay."""
    return {
        document_id: fingerprint
        for document_id, fingerprint in fingerprints.items()
        if document_id >= forget_before or not ObjectId.is_valid(document_id)
    }
