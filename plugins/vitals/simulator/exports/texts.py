"""Instants -> the ways in which exports write them."""

from collections.abc import Iterable, Sequence
from typing import IO

import numpy as np

from vitals.simulator.truth.people import Account
from vitals.simulator.truth.zones import offsets_at


def slashed(seconds: np.ndarray) -> list[str]:
    """`03/29/26 01:59:30`; month first."""
    moments = seconds.astype("datetime64[s]")
    texts = np.datetime_as_string(moments, unit="s").tolist()
    return [f"{t[5:7]}/{t[8:10]}/{t[2:4]} {t[11:]}" for t in texts]


def spaced(seconds: np.ndarray) -> list[str]:
    """`2026-03-29 01:59:30`."""
    return [text.replace("T", " ") for text in _iso(seconds)]


def zulu(seconds: np.ndarray) -> list[str]:
    """`2026-03-29T01:59:30Z`."""
    return [f"{text}Z" for text in _iso(seconds)]


def local_iso(seconds: np.ndarray) -> list[str]:
    """`2026-03-29T01:59:30.000`, of wall-clock seconds."""
    return [f"{text}.000" for text in _iso(seconds)]


def wall(account: Account, instants: np.ndarray) -> np.ndarray:
    """Wall-clock seconds of instants, where the person was."""
    return instants + offsets_at(account, instants) if len(instants) else instants


def offset_text(seconds: int, colon: str = ":") -> str:
    """`+05:30`."""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{colon}{minutes:02}"


def write_array(content: IO[bytes], records: Iterable[str]) -> None:
    """Records, already JSON, as an array in the layout of Fitbit's files."""
    separator = "["
    for record in records:
        content.write((separator + record).encode())
        separator = ","
    content.write(b"]" if separator == "," else b"[]")


def write_csv(content: IO[bytes], header: str, columns: Sequence[Sequence[object]]) -> None:
    """A header and columns of equal length."""
    content.write(f"{header}\n".encode())
    for row in zip(*columns, strict=True):
        content.write((",".join(map(str, row)) + "\n").encode())


def _iso(seconds: np.ndarray) -> list[str]:
    return np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s").tolist()
