"""Expected and actual rows -> every difference, in words a person can act on."""

import math
from collections.abc import Sequence

import polars as pl

RELATIVE_TOLERANCE = 1e-9
SHOWN = 40


def compare(expected: pl.DataFrame, actual: pl.DataFrame, key: Sequence[str]) -> list[str]:
    """Return one line for every row and every value that differ; empty if there is none.

    All columns of `expected` are compared, floating-point numbers to a relative 1e-9. A column of
    `actual` that is not in `expected` is not looked at.

    Args:
        expected: What should be there, one row per key.
        actual: What is there.
        key: The columns that identify a row.
    """
    missing = [column for column in expected.columns if column not in actual.columns]
    if missing:
        return [f"columns missing: {', '.join(missing)}"]
    wanted, found = _by_key(expected, key), _by_key(actual, key)
    lines = [f"{_name(row)}: row is missing" for row in wanted.keys() - found.keys()]
    lines += [f"{_name(row)}: row should not be there" for row in found.keys() - wanted.keys()]
    for row in wanted.keys() & found.keys():
        lines += [
            f"{_name(row)}: {column} is {found[row][column]!r}, should be {value!r}"
            for column, value in wanted[row].items()
            if not _same(value, found[row][column])
        ]
    return sorted(lines)


def assert_same(expected: pl.DataFrame, actual: pl.DataFrame, key: Sequence[str]) -> None:
    """Fail with the first differences if there are any."""
    lines = compare(expected, actual, key)
    more = f"\n... and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    assert not lines, f"{len(lines)} differences:\n" + "\n".join(lines[:SHOWN]) + more


def _by_key(frame: pl.DataFrame, key: Sequence[str]) -> dict[tuple, dict]:
    rows = {tuple(row[column] for column in key): row for row in frame.iter_rows(named=True)}
    assert len(rows) == frame.height, f"{frame.height - len(rows)} rows repeat a key"
    return rows


def _same(expected: object, actual: object) -> bool:
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, float) or isinstance(actual, float):
        return math.isclose(float(expected), float(actual), rel_tol=RELATIVE_TOLERANCE)
    return expected == actual


def _name(row: tuple) -> str:
    return " ".join(str(part) for part in row)
