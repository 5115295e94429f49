"""Where an export goes: a folder, or a .zip that is written as a stream."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Sink:
    """Files of one export, by their path in it."""

    def __init__(self, folder: Path | None = None, archive: zipfile.ZipFile | None = None) -> None:
        self._folder, self._archive = folder, archive

    @classmethod
    @contextmanager
    def to(cls, path: Path) -> Iterator["Sink"]:
        """A sink into `path`: an archive if it ends in .zip, or else a folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield cls(archive=archive)
        else:
            path.mkdir(parents=True, exist_ok=True)
            yield cls(folder=path)

    @contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        """A file to write; only one at a time."""
        if self._archive:
            with self._archive.open(path, "w", force_zip64=True) as content:
                yield content
            return
        assert self._folder
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as content:
            yield content

    def text(self, path: str, text: str) -> None:
        """A short file."""
        with self.file(path) as content:
            content.write(text.encode())
