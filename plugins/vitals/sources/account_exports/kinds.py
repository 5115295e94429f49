"""What a file of an export holds, and the rule by which it is told: its name and how it begins."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vitals.sources.account_exports.context import Context
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import Rows

# Files whose content is conclusive may have any name.
ANY = ".*"

Read = Callable[[ExportFile, Context], Iterator[Rows]]


@dataclass(frozen=True)
class Kind:
    """What a file holds.

    Attributes:
        export_format: takeout, pmdata, strava, garmin or apple_health.
        name: what it holds, in the words of its format.
        family: first half of the names of its tables.
        read: reads it; None if it is left out.
        reason: why it is left out.
        stream: its times without an offset are those of this stream; None if it has none.
    """

    export_format: str
    name: str
    family: str
    read: Read | None
    reason: str | None = None
    stream: str | None = None


@dataclass(frozen=True)
class Rule:
    """How a kind is recognised.

    Attributes:
        kind: what a file is if both patterns fit.
        name: pattern of the whole name without its extension, in lower case.
        head: pattern of the beginning of the content.
    """

    kind: Kind
    name: re.Pattern[str]
    head: re.Pattern[bytes]

    @classmethod
    def of(cls, kind: Kind, name: str, head: str) -> "Rule":
        """A rule; `head` is a pattern of text."""
        return cls(kind, re.compile(name), re.compile(head.encode(), re.IGNORECASE))

    def fits_name(self, name: str) -> bool:
        """Whether a file name fits."""
        return self.name.fullmatch(_stem(name)) is not None

    def fits_head(self, head: bytes) -> bool:
        """Whether the content begins as it should."""
        return self.head.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def _stem(name: str) -> str:
    """The name in lower case without extension; some names have a dot before a space."""
    stem, dot, extension = name.lower().rpartition(".")
    return stem if dot and extension.isalnum() and len(extension) <= 5 else name.lower()
