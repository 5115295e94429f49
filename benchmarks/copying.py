"""copying: rows of a table -> COPY BINARY -> an empty table: the limit of whatever moves rows."""

import time
from collections.abc import Iterable

import psycopg

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"


def framed(rows: Iterable[bytes]) -> list[bytes]:
    """Rows encoded by us, with what comes before and after them in COPY BINARY."""
    return [_HEADER, *rows, _END]


def copy_out(dsn: str, statement: str) -> tuple[list[bytes], float]:
    """Every row that `copy (...) to stdout` gives, and the seconds that it took."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(statement) as copy:
            pieces = [bytes(piece) for piece in copy]
        return pieces, time.perf_counter() - began


def copy_in(dsn: str, statement: str, pieces: list[bytes]) -> float:
    """Seconds that `copy ... from stdin` takes for such rows, with its commit."""
    with psycopg.connect(dsn) as connection:
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for piece in pieces:
                copy.write(piece)
        connection.commit()
        return time.perf_counter() - began
