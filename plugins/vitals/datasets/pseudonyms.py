"""Ids -> random study codes, and the key file that says who is who.

A code says nothing of whom it stands for and cannot be computed, unlike a hash of an id. The file
is written before a code is used; given again, its codes are used again.
"""

import csv
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from vitals.datasets.errors import DatasetError

# What nobody takes for another when it is read aloud or written down.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 8
_COLUMNS = ["kind", "id", "code"]
PARTICIPANT, DEVICE = "participant", "device"


class KeyFile:
    """Codes of participants and devices, as a CSV file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Reads the file if there is one.

        Raises:
            DatasetError: it is no key file, or others can read it.
        """
        self.path = path
        self._codes: dict[tuple[str, str], str] = {}
        if path.exists():
            if path.stat().st_mode & 0o077:
                raise DatasetError(f"others can read the key file {path}: chmod 600 {path}")
            self._codes = _read(path)

    def codes(self, kind: str, ids: Iterable[str]) -> dict[str, str]:
        """The code of each id; new ones for ids without, which are in the file before this returns.

        Args:
            kind: PARTICIPANT or DEVICE.
            ids: whose codes.
        """
        wanted = sorted(set(ids))
        missing = [name for name in wanted if (kind, name) not in self._codes]
        taken = set(self._codes.values())
        for name in missing:
            code = _new_code(kind, taken)
            taken.add(code)
            self._codes[kind, name] = code
        if missing:
            self._save()
        return {name: self._codes[kind, name] for name in wanted}

    def _save(self) -> None:
        """Write all of it beside the file, and put it in its place."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:  # mode 0600
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(_COLUMNS)
                writer.writerows([*key, code] for key, code in sorted(self._codes.items()))
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(self.path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


def _read(path: Path) -> dict[tuple[str, str], str]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            [columns, *rows] = csv.reader(file)
        codes = {(kind, name): code for kind, name, code in rows}
    except (ValueError, csv.Error):
        columns, codes, rows = [], {}, []
    if columns != _COLUMNS or len(set(codes.values())) != len(rows):
        raise DatasetError(f"{path} is no key file: its columns are {','.join(_COLUMNS)}")
    return codes


def _new_code(kind: str, taken: set[str]) -> str:
    while True:
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        code = f"{kind[0]}-{letters}"
        if code not in taken:
            return code
