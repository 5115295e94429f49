"""SHA256SUMS: one line for each file of a data set, as `sha256sum` writes and checks them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

NAME = "SHA256SUMS"


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lines(sums: Mapping[str, str]) -> str:
    """The lines for {path: SHA-256}, by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))


def of_data(sums: Mapping[str, str]) -> str:
    """One figure for all data: SHA-256 of the lines about it."""
    data = {path: digest for path, digest in sums.items() if path.startswith("data/")}
    return hashlib.sha256(lines(data).encode()).hexdigest()


def parse(text: str) -> dict[str, str]:
    """{path: SHA-256} of a file's lines.

    Raises:
        ValueError: a line is none.
    """
    found = {}
    for line in text.splitlines():
        digest, blank, path = line.partition("  ")
        if not blank or len(digest) != 64:
            raise ValueError(f"{line!r} is no checksum")
        found[path] = digest
    return found
