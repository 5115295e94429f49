"""MongoDB -> whether an incremental run would find something, without reading it."""

from vitals.sources.iot.client import DocumentStore
from vitals.sources.iot.collections import CollectionSpec
from vitals.sources.iot.documents import RawDocument
from vitals.sources.iot.extract import Cursor, Known


def has_new_documents(
    store: DocumentStore, spec: CollectionSpec, cursor: Cursor, known: Known
) -> bool:
    """A cheap look whether an incremental run would find something.

    Looks at the number of documents, at those inserted after the cursor, and whether the most
    recent ones still are what they were.
    """
    count = store.count(spec.name)
    if count > cursor.documents:
        return True
    if not count:
        return False
    recent = store.batches(spec.name) if spec.is_snapshot else [store.recent(spec.name)]
    for documents in recent:
        ids = [document.document_id() for document in documents]
        found = known(spec.name, ids)
        for document, document_id in zip(documents, ids, strict=True):
            if _is_news(document, document_id, cursor, found.get(document_id)):
                return True
    return False


def _is_news(
    document: RawDocument, document_id: str, cursor: Cursor, fingerprint: bytes | None
) -> bool:
    if fingerprint is not None:
        return fingerprint != document.fingerprint()
    return document_id > (cursor.last_id or "")
