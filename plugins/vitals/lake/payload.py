"""One load as delivered <-> the bytes of its object: JSON lines, compressed with zstd.

The first line says which load it is and which days it read; each further line is one answer, with
the call of the client that asked for it. Nothing of a request's headers is kept, so no token is.
The lines of a call are one zstd frame, and the head is one of its own: it can be read without the
rest, and a call is compressed when it is over, so that little waits in memory.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
import pyarrow as pa

from vitals.lake.errors import PayloadError
from vitals.sources._api.spec import DateWindow

FORMAT = 1
_LINE = orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True)
class Question:
    """What was asked: the provider's official address with its query, and the body of a POST."""

    method: str
    url: str
    body: str | None = None


@dataclass(frozen=True)
class Answer:
    """One answer as delivered.

    Attributes:
        asked: the question.
        window: the days of the call that asked; None for what was asked beside the calls, such as
            when the devices have synced. Later calls may rely on it.
        payload: the JSON, parsed.
    """

    asked: Question
    window: DateWindow | None
    payload: Any


@dataclass(frozen=True)
class Head:
    """Which load an object belongs to.

    Attributes:
        load_id: as in raw.loads.
        source: provider.
        resource: of the provider.
        account_id: whose answers these are.
        reading: one reading of the account; its loads share one client, which may remember answers.
        read_at: begin of the reading.
        mode: as in raw.loads.
        run_id: as in raw.loads.
        windows: the days of each call, in the order in which they were made.
        position: where the resource had been read to afterwards; None if that did not change.
    """

    load_id: int
    source: str
    resource: str
    account_id: str
    reading: str
    read_at: datetime
    mode: str
    run_id: str | None
    windows: tuple[DateWindow, ...]
    position: Mapping[str, Any] | None = None

    @property
    def days(self) -> DateWindow:
        """All days that the load has read."""
        return DateWindow(
            min(one.first for one in self.windows), max(one.last for one in self.windows)
        )

    def line(self) -> bytes:
        """The first line of the object."""
        windows = [(str(one.first), str(one.last)) for one in self.windows]
        return orjson.dumps({"format": FORMAT, **asdict(self), "windows": windows}, option=_LINE)

    @classmethod
    def parse(cls, line: bytes) -> "Head":
        """The head in the first line of an object.

        Raises:
            PayloadError: it is none.
        """
        try:
            values = orjson.loads(line)
            if values.pop("format") != FORMAT:
                raise PayloadError("was written by a later version of the warehouse")
            windows = values.pop("windows")
            read_at = datetime.fromisoformat(values.pop("read_at"))
            days = tuple(DateWindow(*map(date.fromisoformat, window)) for window in windows)
            return cls(**values, read_at=read_at, windows=days)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PayloadError(f"does not begin with the head of a load ({error})") from None


@dataclass(frozen=True)
class Calls:
    """What some calls of one resource have brought.

    Attributes:
        windows: the days of each call, in order.
        frames: the lines of each call, compressed.
    """

    windows: tuple[DateWindow, ...] = ()
    frames: tuple[bytes, ...] = ()

    def followed_by(self, later: "Calls") -> "Calls":
        """These calls and later ones of the same resource."""
        return Calls(self.windows + later.windows, self.frames + later.frames)

    def content(self, head: Head) -> bytes:
        """The object of a load that consists of these calls."""
        return b"".join([_compressed(replace(head, windows=self.windows).line()), *self.frames])


def frame(context: Mapping[str, Any], answers: Iterable[tuple[Question, bytes, bool]]) -> bytes:
    """Answers as lines, compressed.

    Args:
        context: what every line says: account, resource and days.
        answers: question, JSON, and whether the call itself asked it.
    """
    lines = []
    for asked, content, during_call in answers:
        # JSON has no line breaks but between its tokens, and a line must not have any.
        payload = content.replace(b"\r", b" ").replace(b"\n", b" ")
        line = {
            **context, "during_call": during_call, **asdict(asked),
            "payload": orjson.Fragment(payload),
        }  # fmt: skip
        lines.append(orjson.dumps(line, option=_LINE))
    return _compressed(b"".join(lines))


def read_head(beginning: bytes) -> Head:
    """The head of an object, from as much of its beginning as holds it.

    Raises:
        PayloadError: it is no object of the lake.
    """
    try:
        with _lines(beginning) as stream:
            # Byte by byte: what follows may be cut off.
            line = b"".join(iter(lambda: stream.read(1).replace(b"\n", b""), b""))
    except (OSError, pa.ArrowInvalid) as error:
        raise PayloadError(f"is not compressed JSON lines ({error})") from None
    return Head.parse(line)


def read_answers(content: bytes) -> Iterator[Answer]:
    """The answers in an object, in the order in which they came.

    Raises:
        PayloadError: it is no object of the lake, or not a whole one.
    """
    try:
        with io.BufferedReader(_lines(content)) as stream:
            stream.readline()
            for line in stream:
                yield _answer(orjson.loads(line))
    except (OSError, pa.ArrowInvalid, ValueError, KeyError) as error:
        raise PayloadError(f"is not whole: {error}") from None


def _answer(line: Mapping[str, Any]) -> Answer:
    asked = Question(line["method"], line["url"], line["body"])
    days = DateWindow(*(date.fromisoformat(line[name]) for name in ("first_date", "last_date")))
    return Answer(asked, days if line["during_call"] else None, line["payload"])


def _lines(content: bytes) -> pa.CompressedInputStream:
    return pa.CompressedInputStream(pa.BufferReader(content), "zstd")


def _compressed(lines: bytes) -> bytes:
    return pa.compress(lines, codec="zstd", asbytes=True) if lines else b""
