"""Rows -> aligned text, for terminals and task logs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any


def format_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows as aligned lines under a head: numbers to the right, text to the left, NULL empty."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    right = [any(_is_number(row[i]) for row in rows) for i in range(len(names))]

    def line(words: Sequence[str]) -> str:
        padded = (
            word.rjust(width) if numeric else word.ljust(width)
            for word, width, numeric in zip(words, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    return [line(names), line(["-" * width for width in widths]), *map(line, cells)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
