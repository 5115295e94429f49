"""Folders for what a run puts aside on disk: health data, so none outlives its run for long.

A run that is killed cannot clean up behind itself. Whoever holds a folder has locked it, and a lock
ends with its process: the next run of the kind removes what nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A folder is made a moment before it is locked.
_TOO_YOUNG_SECONDS = 60


@contextmanager
def workspace(kind: str) -> Iterator[Path]:
    """A folder of this run's own (mode 0700), removed at the end.

    Args:
        kind: what runs like this one put into the names of their folders.
    """
    prefix = f"vitals-{kind}-"
    _remove_abandoned(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as name, _locked(Path(name)):
        yield Path(name)


def _remove_abandoned(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        # What is another user's, held, or gone by now is left alone.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _TOO_YOUNG_SECONDS:
                with _locked(folder):
                    shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder as long as the process lives.

    Raises:
        OSError: somebody holds it, or it cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
