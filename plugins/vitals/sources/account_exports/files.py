"""Archives and folders -> one file after the other; nothing is unpacked to where its name points.

What cannot or must not be read is said in one line and does not keep its neighbours from being
read: files of no length, pointers of Git LFS, encrypted and broken members, names that lead out of
the archive, members that unpack to hundreds of times their size.
"""

import gzip
import hashlib
import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from vitals.sources.account_exports.byte_streams import (
    BROKEN,
    MOST_RATIO,
    RATIO_COUNTS_FROM,
    Bounded,
    Guarded,
    Hashed,
    Readable,
    UnreadableError,
    broken,
)

HEAD_BYTES = 4_096
# Garmin puts archives into its archive, but not into those.
MOST_DEPTH = 2
_INNER_IN_MEMORY = 4 * 1024 * 1024
_JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
_TAR = (".tar", ".tgz", ".tar.gz", ".tar.bz2")


@dataclass
class ExportFile:
    """One file of an export.

    Attributes:
        archive: name of the archive or folder it came in.
        path: path inside, with forward slashes; `outer.zip!inner` for an archive in an archive.
        size: bytes, unpacked from its archive.
        open_raw: opens its bytes.
        problem: why it must not be read.
        sha256: of its bytes, known when it was read to its end.
    """

    archive: str
    path: str
    size: int
    open_raw: Callable[[], IO[bytes]]
    problem: str | None = None
    sha256: bytes | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Last part of the path, without `.gz`."""
        return PurePosixPath(self.path).name.removesuffix(".gz")

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its content, unpacked if it is a `.gz`; reading it to the end makes `sha256` known.

        Raises:
            UnreadableError: it is broken or unpacks beyond measure.
        """
        with self._bytes() as stored:
            hashed = Hashed(stored)
            content: Readable = hashed
            if self.path.endswith(".gz"):
                content = Bounded(gzip.GzipFile(fileobj=hashed), self.size)
            yield io.BufferedReader(Guarded(content), 1 << 20)
            while hashed.read(1 << 20):
                pass
            self.sha256 = hashed.digest()

    def head(self) -> bytes:
        """The first bytes of the content.

        Raises:
            UnreadableError: it is broken.
        """
        with self._bytes() as stored:
            content: Any = gzip.GzipFile(fileobj=stored) if self.path.endswith(".gz") else stored
            return Guarded(content).read_exactly(HEAD_BYTES)

    def compute_hash(self) -> bytes:
        """SHA-256 of its bytes, by reading them.

        Raises:
            UnreadableError: it is broken.
        """
        digest = hashlib.sha256()
        with self._bytes() as stored:
            guarded = Guarded(stored)
            while chunk := guarded.read_exactly(1 << 20):
                digest.update(chunk)
        self.sha256 = digest.digest()
        return self.sha256

    @contextmanager
    def _bytes(self) -> Iterator[IO[bytes]]:
        try:
            stored = self.open_raw()
        except (*BROKEN, OSError, RuntimeError) as error:
            raise UnreadableError(broken(error)) from None
        with stored:
            yield stored


@contextmanager
def open_export(paths: list[Path]) -> Iterator[list[ExportFile]]:
    """All files of some archives, folders and files; the archives stay open meanwhile.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    with ExitStack() as stack:
        found: list[ExportFile] = []
        for path in paths:
            if not path.exists():
                raise FileNotFoundError(2, "no such file or folder", str(path))
            found += _walk(path, stack)
        yield found


def _walk(path: Path, stack: ExitStack) -> Iterator[ExportFile]:
    if path.is_file():
        yield from _expand(path.name, path.name, path, stack)
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            inside = file.relative_to(path).as_posix()
            if file.is_symlink():
                yield _refused(path.name, inside, "a link: only files themselves are read")
            elif file.is_file():
                yield from _expand(path.name, inside, file, stack)


def _expand(archive: str, inside: str, file: Path, stack: ExitStack) -> Iterator[ExportFile]:
    """A file on disk; an archive becomes the files in it."""
    if not _is_zip(file.name):
        yield _plain(archive, inside, file)
        return
    try:
        opened = stack.enter_context(zipfile.ZipFile(file))
    except (*BROKEN, OSError) as error:
        yield _refused(archive, inside, broken(error), file.stat().st_size)
        return
    yield from _members(file.name, "", opened, stack, 1)


def _members(
    archive: str, prefix: str, opened: zipfile.ZipFile, stack: ExitStack, depth: int
) -> Iterator[ExportFile]:
    for info in sorted(opened.infolist(), key=lambda item: item.filename):
        if info.is_dir():
            continue
        file = _member(archive, prefix, opened, info)
        if file.problem or not _is_zip(info.filename):
            yield file
        elif depth >= MOST_DEPTH:
            yield _refused(archive, file.path, "an archive in an archive in an archive", file.size)
        else:
            yield from _inner(archive, file, stack, depth)


def _inner(archive: str, file: ExportFile, stack: ExitStack, depth: int) -> Iterator[ExportFile]:
    """The files of an archive that lies in an archive, which must be copied to be searched."""
    copy = stack.enter_context(tempfile.SpooledTemporaryFile(_INNER_IN_MEMORY))  # noqa: SIM115
    try:
        with file.open() as content:
            while chunk := content.read(1 << 20):
                copy.write(chunk)
        opened = stack.enter_context(zipfile.ZipFile(copy))
    except (UnreadableError, *BROKEN, OSError) as error:
        reason = str(error) if isinstance(error, UnreadableError) else broken(error)
        yield _refused(archive, file.path, reason, file.size)
        return
    yield from _members(archive, f"{file.path}!", opened, stack, depth + 1)


def _member(
    archive: str, prefix: str, opened: zipfile.ZipFile, info: zipfile.ZipInfo
) -> ExportFile:
    path = prefix + info.filename.replace("\\", "/")
    problem = _unsafe_name(info.filename)
    if stat.S_ISLNK(info.external_attr >> 16):
        problem = "a link: only files themselves are read"
    elif info.flag_bits & 1:
        problem = "it is encrypted: unpack it with its password and import the folder"
    elif info.file_size > RATIO_COUNTS_FROM:
        ratio = info.file_size // max(info.compress_size, 1)
        if ratio > MOST_RATIO:
            problem = f"it unpacks to {ratio:,} times its size, as a zip bomb does"
    problem = problem or _empty(info.file_size)
    return ExportFile(archive, path, info.file_size, lambda: opened.open(info), problem)


def _plain(archive: str, inside: str, file: Path) -> ExportFile:
    size = file.stat().st_size
    problem = _empty(size)
    if file.name.lower().endswith(_TAR):
        problem = "tar archives are not read: unpack it and import the folder, or export as .zip"
    return ExportFile(archive, inside, size, lambda: file.open("rb"), problem)


def _refused(archive: str, path: str, reason: str, size: int = 0) -> ExportFile:
    return ExportFile(archive, path, size, lambda: io.BytesIO(), reason)


def _empty(size: int) -> str | None:
    return "it is empty: export it again" if size == 0 else None


def _unsafe_name(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return "its name leads out of the archive"
    return None


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def is_junk(name: str, path: str) -> bool:
    """Whether an operating system left the file there."""
    return name.lower() in _JUNK or name.startswith("._") or "__MACOSX" in path


def problem_of(head: bytes) -> str | None:
    """What is wrong with a file that begins like this, if that can be seen."""
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        return "a pointer of Git LFS, not the file itself: run `git lfs pull`"
    if not head.strip(b"\x00"):
        return "it holds nothing but zeros: export it again"
    return None
