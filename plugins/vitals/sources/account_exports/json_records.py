"""JSON arrays of records -> blocks of Arrow columns, or records one by one.

Exports write arrays of up to gigabytes. A block of whole records is cut out of the stream, made
into one record a line and parsed by Arrow; only a block that Arrow refuses (a broken record, a
field of two types) is parsed record by record, so that one bad record costs no other.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

import ijson
import orjson
import pyarrow as pa
import pyarrow.json

BLOCK_BYTES = 8 * 1024 * 1024
# Files up to this size are parsed at once, which is many times faster than record by record.
SMALL_BYTES = 64 * 1024 * 1024


class NotRecordsError(ValueError):
    """The content is no array of records, or ends in the middle of one."""


def records(content: IO[bytes], size: int, path: str = "item") -> Iterator[Any]:
    """The records of an array, in bounded memory.

    Args:
        content: the JSON text.
        size: its length in bytes, as far as it is known.
        path: where the array stands, as ijson words it.

    Raises:
        NotRecordsError: it is no JSON, or ends too early; records before that were returned.
    """
    try:
        if size <= SMALL_BYTES and path == "item":
            found = orjson.loads(content.read())
            if not isinstance(found, list):
                raise NotRecordsError("no array of records")
            yield from found
        else:
            yield from ijson.items(content, path, use_float=True)
    except (orjson.JSONDecodeError, ijson.JSONError) as error:
        raise NotRecordsError(f"no valid JSON ({str(error).splitlines()[0]})") from None


class Blocks:
    """Blocks of records that begin with one known field, such as `dateTime`.

    Iterating gives an Arrow table for each block, or a list of records for one that Arrow refuses.
    """

    def __init__(self, content: IO[bytes], first_field: str, text: tuple[str, ...]) -> None:
        """Prepare.

        Args:
            content: the JSON text, an array of objects.
            first_field: the field with which every record begins.
            text: fields that are text, whatever they look like.
        """
        begin = rb'\{\s*"' + first_field.encode() + rb'"'
        self._content = content
        self._between = re.compile(rb"\}\s*,\s*(?=" + begin + rb")")
        self._options = pyarrow.json.ParseOptions(
            explicit_schema=pa.schema([(name, pa.string()) for name in text]),
            newlines_in_values=True,
        )

    def __iter__(self) -> Iterator[pa.Table | list[Any]]:
        for block in self._cut():
            yield self._parse(block)

    def _cut(self) -> Iterator[bytes]:
        """Text of whole records without the array's brackets."""
        rest = self._content.read(BLOCK_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
        if not rest.startswith(b"["):
            raise NotRecordsError("no array of records")
        rest = rest[1:]
        while more := self._content.read(BLOCK_BYTES):
            rest += more
            cut = self._last_boundary(rest)
            if cut:
                yield rest[: cut[0] + 1]
                rest = rest[cut[1] :]
            elif len(rest) > 16 * BLOCK_BYTES:
                raise NotRecordsError("a record of over 100 MB")
        rest = rest.rstrip()
        if not rest.endswith(b"]"):
            yield from self._until_broken(rest)
            raise NotRecordsError("it ends in the middle: download it again")
        if rest := rest[:-1].strip():
            yield rest

    def _until_broken(self, rest: bytes) -> Iterator[bytes]:
        cut = self._last_boundary(rest)
        if cut:
            yield rest[: cut[0] + 1]

    def _last_boundary(self, text: bytes) -> tuple[int, int] | None:
        """Where the last record but one ends and the last one begins."""
        last = None
        for match in self._between.finditer(text, max(0, len(text) - 65_536)):
            last = match
        if last is None:
            for match in self._between.finditer(text):
                last = match
        return last.span() if last else None

    def _parse(self, block: bytes) -> pa.Table | list[Any]:
        first = self._between.search(block)
        lines = block
        if first:
            # A file separates all its records in the same way; if not, Arrow refuses the block.
            commas = first.group(0)
            lines = block.replace(commas, b"}\n" + b" " * (len(commas) - 2))
        try:
            return pyarrow.json.read_json(
                pa.BufferReader(lines),
                read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=1 << 20),
                parse_options=self._options,
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return self._one_by_one(block)

    def _one_by_one(self, block: bytes) -> list[Any]:
        try:
            return orjson.loads(b"[" + block + b"]")
        except orjson.JSONDecodeError:
            return [_record(text) for text in _split(self._between, block)]


def _split(between: re.Pattern[bytes], block: bytes) -> Iterator[bytes]:
    at = 0
    for match in between.finditer(block):
        yield block[at : match.start() + 1]
        at = match.end()
    yield block[at:]


def _record(text: bytes) -> Any:
    """A record, or its text if it is broken."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.decode(errors="replace")
