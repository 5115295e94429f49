"""Bytes of files that may be broken or mean harm -> what is read of them, or one sort of error."""

import gzip
import hashlib
import io
import zipfile
import zlib
from typing import IO, Any, Protocol

# Text of sensors packs to a twentieth or thirtieth; deflate's limit, where bombs are, is 1,032.
MOST_RATIO = 300
RATIO_COUNTS_FROM = 32 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError)


class UnreadableError(Exception):
    """A file cannot or must not be read; the message says why, and what to do, in one line."""


def broken(error: BaseException) -> str:
    """Why a file cannot be read, and what to do."""
    return f"it is broken ({str(error) or type(error).__name__}): download it again"


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes | None:
        """Up to so many bytes, none at the end."""


class Hashed(io.RawIOBase):
    """Passes bytes on and adds them to a hash."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._digest = inner, hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there is something; returns how far."""
        data = self._inner.read(len(buffer))
        self._digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def digest(self) -> bytes:
        """SHA-256 of what was read so far."""
        return self._digest.digest()


class Bounded:
    """Stops when what was packed unpacks to too many times its size."""

    def __init__(self, inner: gzip.GzipFile, packed: int) -> None:
        self._inner, self._most = inner, max(packed * MOST_RATIO, RATIO_COUNTS_FROM)

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes.

        Raises:
            UnreadableError: it has unpacked to too much.
        """
        data = self._inner.read(size)
        self._most -= len(data)
        if self._most < 0:
            raise UnreadableError(f"it unpacks to over {MOST_RATIO} times its size, as a bomb does")
        return data


class Guarded(io.RawIOBase):
    """Turns the many errors of broken archives into one."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there is something; returns how far.

        Raises:
            UnreadableError: what should be there cannot be read.
        """
        try:
            data = self._inner.read(len(buffer)) or b""
        except (*BROKEN, OSError) as error:
            raise UnreadableError(broken(error)) from None
        buffer[: len(data)] = data
        return len(data)

    def read_exactly(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end."""
        pieces, missing = [], size
        while missing and (piece := self.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)
