"""nx_server: nx-27017 with three answers corrected, run by the Python of its own environment.

1. `buildinfo` (the spelling drivers use) is answered, so `server_info()` works.
2. An explicit batchSize of 0 gives an empty first batch, as drivers that stream expect.
3. A command it does not know is refused, instead of being answered with an empty success.
"""

import logging
import sys
from typing import Any

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


NeoSQLiteHandler.handle_command = handle_command
NeoSQLiteHandler._first_batch_size = staticmethod(first_batch_size)

if __name__ == "__main__":
    logging.getLogger("nx_27017").setLevel(logging.WARNING)
    sys.exit(main())
