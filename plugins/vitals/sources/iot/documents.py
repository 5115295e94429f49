"""Raw bytes of a batch -> documents with the few fields every stream needs: id, device, array."""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import bson
from bson import json_util
from bson.datetime_ms import DatetimeMS
from bson.errors import InvalidBSON

from vitals.sources.iot import bson_layout
from vitals.sources.iot.bson_layout import Element, Irregular
from vitals.sources.iot.decode import CODEC, decode_document

_ID_AS_JSON = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
_COMMON_TYPES = (
    str, int, float, dict, list, bytes, datetime, DatetimeMS, type(None),
    bson.ObjectId, bson.Decimal128,
)  # fmt: skip


class NotADevice(ValueError):
    """A device id that is no text and no whole number."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document inside a batch of BSON bytes; its fields are located, not decoded."""

    buffer: bytes
    start: int
    stop: int
    fields: dict[str, Element]

    @property
    def raw(self) -> bytes:
        """The bytes of this document alone."""
        return self.buffer[self.start : self.stop]

    @property
    def has_object_id(self) -> bool:
        """Whether `_id` is an ObjectId, which tells when the document was inserted."""
        return self.fields["_id"].bson_type == bson_layout.OBJECT_ID

    def fingerprint(self) -> bytes:
        """16 bytes that change when the document does."""
        return hashlib.blake2b(self.raw, digest_size=16).digest()

    def document_id(self) -> str:
        """The `_id` as text: 24 hexadecimal digits of an ObjectId, or else JSON."""
        element = self.fields["_id"]
        if self.has_object_id:
            return self.buffer[element.start : element.stop].hex()
        return json_util.dumps(self.value("_id"), json_options=_ID_AS_JSON)

    def value(self, field: str) -> Any:
        """One field decoded; None if the document does not have it."""
        element = self.fields.get(field)
        if element is None:
            return None
        body = self.buffer[element.start : element.stop]
        head = struct.pack("<iB", 8 + len(body), element.bson_type) + b"v\x00"
        return bson.decode(head + body + b"\x00", CODEC)["v"]

    def device_id(self) -> str:
        """The device id as text.

        Raises:
            NotADevice: it is missing, empty, or neither text nor a whole number.
        """
        return identifier(self.value("device_id"))


def split(buffer: bytes) -> Iterator[RawDocument]:
    """The documents of one batch.

    Raises:
        InvalidBSON: the bytes are damaged beyond one document.
    """
    at = 0
    while at < len(buffer):
        stop = at + struct.unpack_from("<i", buffer, at)[0]
        if stop - at < 5 or stop > len(buffer):
            raise InvalidBSON("a batch of documents is cut off")
        yield locate(buffer, at, stop)
        at = stop


def locate(buffer: bytes, start: int, stop: int) -> RawDocument:
    """Find the fields of one document; unusual ones are put into a plain form first."""
    try:
        return RawDocument(buffer, start, stop, bson_layout.scan(buffer, start))
    except Irregular:
        plain = _plain(decode_document(buffer[start:stop]))
        return RawDocument(plain, 0, len(plain), bson_layout.scan(plain))


def _plain(document: dict[str, Any]) -> bytes:
    """The document again, with top-level values of rare BSON types as text."""
    plain = {
        key: value if isinstance(value, _COMMON_TYPES) else str(value)
        for key, value in document.items()
    }
    return bson.encode(plain)


def identifier(value: Any) -> str:
    """A device or user id as text: text as it is, whole numbers in digits.

    Raises:
        NotADevice: it is missing, empty, or of another type.
    """
    if isinstance(value, bool) or value is None:
        raise NotADevice("missing" if value is None else "true/false")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bson.Binary) and value.subtype in (3, 4):
        value = value.as_uuid(value.subtype)
    if not isinstance(value, str | int | bson.ObjectId | UUID):
        raise NotADevice(f"of type {type(value).__name__}")
    text = str(value).strip()
    if not text or "\x00" in text:
        raise NotADevice("empty" if not text else "text with a NUL character")
    return text
