"""A folder -> what in it is not what it was when the data set was made. Needs no warehouse."""

import json
from pathlib import Path

import pyarrow as pa

from vitals.datasets import checksums, files
from vitals.datasets.errors import DatasetError
from vitals.progress import Progress


def check(folder: Path, progress: Progress) -> list[str]:
    """Compare every file with its checksum and its number of rows; returns what differs.

    Raises:
        DatasetError: the folder is no data set.
    """
    descriptor = folder / "datapackage.json"
    sums = _sums(folder)
    problems = [line for path in sums if (line := _differs(folder, path, sums[path]))]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    strange = sorted(there - sums.keys() - {checksums.NAME})
    problems += [f"{path}: is no part of the data set" for path in strange]
    try:
        resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
        stated = [(one["path"], one["rows"], one["hash"]) for one in resources]
    except (OSError, ValueError, KeyError, TypeError):
        return problems or ["datapackage.json: cannot be read"]
    for path, rows, digest in stated:
        if path not in sums:
            problems.append(f"{path}: has no line in {checksums.NAME}")
        elif digest != f"sha256:{sums[path]}":
            problems.append(f"{path}: datapackage.json and {checksums.NAME} state different hashes")
        elif not any(line.startswith(f"{path}: ") for line in problems):
            problem = _miscounted(folder / path, rows)
            if problem:
                problems.append(f"{path}: {problem}")
            else:
                progress(f"{path:<36} {rows:>13,} rows")
    return problems


def _sums(folder: Path) -> dict[str, str]:
    try:
        return checksums.parse((folder / checksums.NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(f"{folder} is no data set: it has no {checksums.NAME}") from None
    except ValueError as error:
        raise DatasetError(f"{folder / checksums.NAME}: {error}") from None


def _differs(folder: Path, path: str, digest: str) -> str | None:
    try:
        if checksums.sha256(folder / path) == digest:
            return None
    except FileNotFoundError:
        return f"{path}: is missing"
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror})"
    return f"{path}: has changed since the data set was made"


def _miscounted(path: Path, rows: int) -> str | None:
    try:
        found = files.count(path)
    except (OSError, EOFError, pa.ArrowException) as error:
        return f"cannot be read ({error})"
    return None if found == rows else f"has {found:,} rows and not {rows:,}"
