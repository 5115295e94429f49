"""A server that speaks enough of MongoDB's protocol to deliver a backlog, faster than any store.

Measuring against a real store would measure the store. Run as a process of its own:
`python -m benchmarks.replay PORT DOCUMENTS [FIRST]`.
"""

import socketserver
import struct
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bson
import pymongo

from benchmarks.documents import Backlog

COLLECTION = "heart_rates"
_HELLO = {
    "ok": 1.0, "isWritablePrimary": True, "ismaster": True, "maxBsonObjectSize": 16_777_216,
    "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000, "minWireVersion": 0,
    "maxWireVersion": 21, "readOnly": True,
}  # fmt: skip


class Replay(socketserver.BaseRequestHandler):
    """One client; its cursors are ranges of document numbers still to come."""

    backlog: Backlog

    def handle(self) -> None:
        self.cursors: dict[int, tuple[int, int]] = {}
        while header := self._receive(16):
            length, request_id, _, opcode = struct.unpack("<iiii", header)
            body = self._receive(length - 16)
            command = bson.decode(_first_document(body, opcode))
            reply = self._answer(command)
            if opcode == 2004:  # OP_QUERY, which drivers use for their first hello
                payload, code = struct.pack("<iqii", 8, 0, 0, 1) + reply, 1
            else:
                payload, code = struct.pack("<IB", 0, 0) + reply, 2013
            self.request.sendall(struct.pack("<iiii", 16 + len(payload), 1, request_id, code))
            self.request.sendall(payload)

    def _receive(self, size: int) -> bytes:
        parts = []
        while size:
            part = self.request.recv(min(size, 1 << 20))
            if not part:
                return b""
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _answer(self, command: dict[str, Any]) -> bytes:
        name = next(iter(command))
        if name.lower() in ("hello", "ismaster"):
            return bson.encode(_HELLO)
        if name == "find":
            return self._find(command)
        if name == "getMore":
            return self._batch(command["getMore"], command.get("batchSize", 1000), "nextBatch")
        if name == "count":
            return bson.encode({"ok": 1.0, "n": self.backlog.documents - self.backlog.first})
        if name == "listCollections":
            found = [{"name": COLLECTION, "type": "collection"}]
            cursor = {"id": bson.Int64(0), "ns": "iot.$cmd.listCollections", "firstBatch": found}
            return bson.encode({"ok": 1.0, "cursor": cursor})
        return bson.encode({"ok": 1.0})

    def _find(self, command: dict[str, Any]) -> bytes:
        wanted = command.get("filter", {})
        first, last = self.backlog.first, self.backlog.documents
        if "_id" in wanted:
            numbers = range(first, last)
            first += bisect_left(numbers, wanted["_id"]["$gte"], key=self.backlog.object_id)
        if "$or" in wanted:
            first = last
        if command.get("limit"):
            last = min(last, first + command["limit"])
        number = len(self.cursors) + 1
        self.cursors[number] = (first, last)
        return self._batch(number, command.get("batchSize", 101), "firstBatch")

    def _batch(self, number: int, size: int, name: str) -> bytes:
        first, last = self.cursors[number]
        stop = min(last, first + size)
        self.cursors[number] = (stop, last)
        rest = number if stop < last else 0
        items = b"".join(
            b"\x03%d\x00%b" % (key, self.backlog.document(index))
            for key, index in enumerate(range(first, stop))
        )
        array = struct.pack("<i", len(items) + 5) + items + b"\x00"
        fields = b"\x12id\x00" + struct.pack("<q", rest) + b"\x02ns\x00"
        fields += struct.pack("<i", 16) + b"iot.heart_rates\x00"
        fields += b"\x04" + name.encode() + b"\x00" + array
        cursor = struct.pack("<i", len(fields) + 5) + fields + b"\x00"
        body = b"\x03cursor\x00" + cursor + b"\x01ok\x00" + struct.pack("<d", 1.0)
        return struct.pack("<i", len(body) + 5) + body + b"\x00"


def _first_document(body: bytes, opcode: int) -> bytes:
    if opcode == 2013:
        return body[5 : 5 + struct.unpack_from("<i", body, 5)[0]]
    start = body.index(0, 4) + 9
    return body[start : start + struct.unpack_from("<i", body, start)[0]]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serving(backlog: Backlog) -> Iterator[str]:
    """A replay server for a backlog; yields its URI."""
    arguments = [sys.executable, "-m", "benchmarks.replay", str(backlog.documents)]
    process = subprocess.Popen([*arguments, str(backlog.first)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        port = process.stdout.readline().removeprefix("port ").strip()
        uri = f"mongodb://127.0.0.1:{port}/iot"
        _wait_until_ready(uri)
        yield uri
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(uri: str) -> None:
    deadline = time.monotonic() + 20
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=20_000) as client:
        while client.iot[COLLECTION].estimated_document_count() == 0:
            if time.monotonic() > deadline:
                raise TimeoutError(uri)


def main() -> None:
    Replay.backlog = Backlog(int(sys.argv[1]), int(sys.argv[2]))
    with _Server(("127.0.0.1", 0), Replay) as server:
        print(f"port {server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
