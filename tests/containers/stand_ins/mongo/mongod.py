"""mongod: nx-27017 that lets nobody in without the password of the root user.

The password check is SCRAM-SHA-256 (RFC 5802, RFC 7677) as drivers speak it, so that a connection
with a wrong user, password or authSource fails here as it does with MongoDB.
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import threading
from pathlib import Path
from typing import Any

import nx_server  # the corrections that the embedded server has too
from nx_27017.handler import NeoSQLiteHandler

ITERATIONS = 15_000
OPEN_TO_ALL = {
    *("hello", "ismaster", "ping", "buildinfo", "saslstart", "saslcontinue"),
    *("endsessions", "connectionstatus"),
}
SALT = os.urandom(16)

user, password = Path("/data/db/root-user").read_text().splitlines()
authenticated: set[str] = set()
conversations: dict[str, str] = {}
lock = threading.Lock()


def digest(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def fields(message: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in message.split(",") if "=" in part)


def first(connection: str, message: str) -> str:
    """client-first -> server-first."""
    bare = message.split(",", 2)[2]
    nonce = fields(bare)["r"] + secrets.token_urlsafe(18)
    answer = f"r={nonce},s={base64.b64encode(SALT).decode()},i={ITERATIONS}"
    conversations[connection] = f"{bare},{answer}"
    if fields(bare)["n"] != user:
        raise PermissionError
    return answer


def last(connection: str, message: str) -> str:
    """client-final -> server-final, if the proof is right."""
    without_proof, _, proof = message.rpartition(",p=")
    spoken = f"{conversations.pop(connection)},{without_proof}"
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, ITERATIONS)
    client_key = digest(salted, "Client Key")
    signature = digest(hashlib.sha256(client_key).digest(), spoken)
    expected = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
    if not hmac.compare_digest(base64.b64decode(proof), expected):
        raise PermissionError
    authenticated.add(connection)
    verifier = digest(digest(salted, "Server Key"), spoken)
    return f"v={base64.b64encode(verifier).decode()}"


def refusal(code: int, name: str, why: str) -> dict[str, Any]:
    return {"ok": 0, "code": code, "codeName": name, "errmsg": why}


def converse(name: str, body: dict[str, Any], connection: str) -> dict[str, Any]:
    try:
        if body["$db"] != "admin" or body.get("mechanism", "SCRAM-SHA-256") != "SCRAM-SHA-256":
            raise PermissionError
        step = first if name == "saslstart" else last
        answer = step(connection, bytes(body["payload"]).decode())
    except (PermissionError, KeyError):
        return refusal(18, "AuthenticationFailed", "Authentication failed.")
    return {"ok": 1, "conversationId": 1, "done": step is last, "payload": answer.encode()}


def guarded(answer: Any) -> Any:
    def handle(self: NeoSQLiteHandler, message: dict[str, Any]) -> tuple[int, Any]:
        sections = message.get("sections") or []
        body = next((part for kind, part in sections if kind == "body"), None) or {}
        name, connection = next(iter(body), "").lower(), message["_conn_id"]
        if name in ("saslstart", "saslcontinue"):
            with lock:
                return message["request_id"], converse(name, body, connection)
        if name not in OPEN_TO_ALL and connection not in authenticated:
            why = f"Command {name} requires authentication"
            return message["request_id"], refusal(13, "Unauthorized", why)
        request_id, reply = answer(self, message)
        if name in ("hello", "ismaster"):
            reply = {**reply, "saslSupportedMechs": ["SCRAM-SHA-256"]}
        return request_id, reply

    return handle


def greeting(answer: Any) -> Any:
    """OP_QUERY carries nothing but a driver's first greeting."""

    def handle(self: NeoSQLiteHandler, message: dict[str, Any]) -> tuple[int, Any]:
        request_id, replies = answer(self, message)
        return request_id, [{**reply, "saslSupportedMechs": ["SCRAM-SHA-256"]} for reply in replies]

    return handle


NeoSQLiteHandler.handle_command = guarded(NeoSQLiteHandler.handle_command)
NeoSQLiteHandler.handle_insert = guarded(NeoSQLiteHandler.handle_insert)
NeoSQLiteHandler.handle_query = greeting(NeoSQLiteHandler.handle_query)

if __name__ == "__main__":
    # mongod's own options mean nothing to it
    sys.argv[1:] = [
        *("--host", "0.0.0.0", "--port", "27017", "--data-dir", "/data/db/data"),
        *("--pid-file", "/tmp/mongod.pid", "--log-file", "/dev/null"),
    ]
    Path("/data/db/data").mkdir(exist_ok=True)
    Path("/tmp/mongod.pid").unlink(missing_ok=True)
    sys.exit(nx_server.main())
