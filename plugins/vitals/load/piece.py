"""piece: what was read of one resource and is written by one load, as the books want to know it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from vitals.sources.rejected import Rejected


class Piece(Protocol):
    """What the books need to know of rows that were read and written.

    Slices of the document store have something to say of everything; for what is read in another
    way `PlainPiece` has the answers that are always the same.
    """

    @property
    def resource(self) -> str:
        """Collection, stream or table, as in raw.loads."""

    @property
    def position(self) -> Mapping[str, Any] | None:
        """Where the resource has been read to, JSON-able; None if that did not change."""

    @property
    def documents_read(self) -> int:
        """Documents, answers, files or objects, whatever rows of the source come in."""

    @property
    def documents_unchanged(self) -> int:
        """Those that were passed over, because an earlier run has loaded them as they are."""

    @property
    def rows_read(self) -> int:
        """Rows in the others, with those that were refused or superseded."""

    @property
    def rows_superseded(self) -> int:
        """Rows that lost to a better one with their key before the database saw them."""

    @property
    def rejected(self) -> Sequence[Rejected]:
        """What was refused: rows, and fields of rows that were kept."""

    @property
    def fingerprints(self) -> Mapping[str, bytes]:
        """Of documents that a later run will meet again, by document id."""

    @property
    def forget_before(self) -> str | None:
        """Fingerprints of smaller ids are of no more use; None if all are."""

    @property
    def unknown_fields(self) -> Collection[str]:
        """What the source sent and no column takes."""

    @property
    def notes(self) -> Mapping[str, int]:
        """Remarks on rows that were loaded, with their number."""


@dataclass(kw_only=True)
class PlainPiece:
    """A piece of a source whose documents a later run does not meet again."""

    rejected: list[Rejected] = field(default_factory=list)
    rows_superseded: int = 0
    unknown_fields: set[str] = field(default_factory=set)

    documents_unchanged: ClassVar[int] = 0
    fingerprints: ClassVar[Mapping[str, bytes]] = MappingProxyType({})
    forget_before: ClassVar[None] = None
    notes: ClassVar[Mapping[str, int]] = MappingProxyType({})

    @property
    def position(self) -> Mapping[str, Any] | None:
        """None: the source has no order in which it could be read to somewhere."""
        return None
