"""nx_server: nx-27017 corrected and made faster, run by the Python of its own environment.

1. `buildinfo` (the spelling drivers use) is answered, so `server_info()` works.
2. An explicit batchSize of 0 gives an empty first batch, as drivers that stream expect.
3. A command it does not know is refused, instead of being answered with an empty success.
4. Documents from an ObjectId on are found by SQLite's index: by itself it would parse every
   document of the collection to compare its `_id`.
5. A document from the wire is stored as it is, not copied first, which took most of the time.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from neosqlite.collection.cursor import Cursor
from neosqlite.collection.json_helpers import neosqlite_json_dumps
from neosqlite.collection.jsonb_support import json_data_column
from neosqlite.collection.query_helper import QueryHelper
from neosqlite.collection.query_helper.utils import _convert_bytes_to_binary
from neosqlite.objectid import ObjectId
from neosqlite.sql_utils import quote_table_name
from nx_27017.handler import NeoSQLiteHandler
from nx_27017.nx_27017 import main

VERSION = "7.0.0"
BUILD_INFO = {
    "version": VERSION,
    "versionArray": [7, 0, 0, 0],
    "gitVersion": "nx-27017",
    "bits": 64,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "ok": 1,
}

answer_command = NeoSQLiteHandler.handle_command
default_batch_size = NeoSQLiteHandler._first_batch_size
filter_all_documents = Cursor._handle_python_fallback


def handle_command(self: NeoSQLiteHandler, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Answer what nx-27017 answers wrongly; pass on the rest."""
    body = next((part for kind, part in message["sections"] if kind == "body"), None) or {}
    name = next(iter(body), "")
    if name.lower() == "buildinfo":
        return message["request_id"], dict(BUILD_INFO)
    request_id, reply = answer_command(self, message)
    if reply == {"ok": 1, "result": []}:  # what it says to a command that no branch took
        refusal = {"ok": 0, "code": 59, "codeName": "CommandNotFound"}
        return request_id, {**refusal, "errmsg": f"no such command: '{name}'"}
    return request_id, reply


def first_batch_size(command: dict[str, Any]) -> int:
    """The batch size a client asked for, 0 included where it opens a cursor."""
    if "getMore" in command:
        return default_batch_size(command)
    asked = command.get("batchSize")
    if asked is None and isinstance(command.get("cursor"), dict):
        asked = command["cursor"].get("batchSize")
    return 0 if asked == 0 else default_batch_size(command)


def filter_documents(self: Cursor) -> Iterable[dict[str, Any]]:
    """What a filter matches that SQL alone cannot decide; reads no smaller `_id` than it asks for.

    The index holds ObjectIds as hexadecimal text, which sorts as they do.
    """
    condition = self._filter.get("_id")
    first = condition.get("$gte") if isinstance(condition, dict) else None
    if not isinstance(first, ObjectId) or self._min or self._max:
        return filter_all_documents(self)
    order = self._query_helpers._build_sort_clause(self._sort, self._collation)
    self._sql_handled_sort = bool(order)
    data = json_data_column(self._collection.query_engine.jsonb.jsonb_supported)
    table = quote_table_name(self._collection.name)
    query = f"SELECT id, _id, {data} AS data FROM {table} WHERE _id >= ?{order}"
    rows = self._collection.db.execute(query, [str(first)])
    matches = partial(self._query_helpers._apply_query, self._filter)
    return filter(matches, self._load_documents(_until_closed(rows)))


def _until_closed(rows: Any) -> Iterator[tuple]:
    try:
        yield from rows
    finally:
        rows.close()


def insert_document(self: QueryHelper, document: dict[str, Any]) -> Any:
    """Store a document, which is the caller's no more; returns its `_id`."""
    if document.get("_id") is None:
        document["_id"] = ObjectId()
    text = neosqlite_json_dumps(_convert_bytes_to_binary(document))
    if not self._validate_json_document(text):
        raise ValueError("Invalid JSON document")
    table = quote_table_name(self.collection.name)
    self.collection.db.execute(
        f"INSERT INTO {table}(data, _id) VALUES (?, ?)", (text, str(document["_id"]))
    )
    return document["_id"]


NeoSQLiteHandler.handle_command = handle_command
NeoSQLiteHandler._first_batch_size = staticmethod(first_batch_size)
Cursor._handle_python_fallback = filter_documents
QueryHelper._internal_insert = insert_document

if __name__ == "__main__":
    logging.getLogger("nx_27017").setLevel(logging.WARNING)
    sys.exit(main())
