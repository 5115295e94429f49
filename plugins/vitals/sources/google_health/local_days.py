"""Instants and offsets -> the participant's local day, which reconciled records do not state."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DAY_US = 86_400_000_000


class LocalDays:
    """Finds local days.

    Args:
        time_zone: tells the time zone that the account is set to; asked only where a record has
            neither an offset nor a civil time (some phones send none).
    """

    def __init__(self, time_zone: Callable[[], str]) -> None:
        self._time_zone = time_zone

    def dates(
        self, instants: pa.ChunkedArray, offsets: pa.ChunkedArray, civil: Callable[[], list[Any]]
    ) -> pa.Array:
        """Local day of each instant.

        Args:
            instants: timestamps in UTC.
            offsets: seconds from UTC, or null.
            civil: gives the civil times of the records, or None for each that has none.
        """
        utc = pc.cast(instants, pa.int64()).to_numpy()
        seconds = pc.fill_null(offsets, 0).to_numpy().astype(np.int64)
        days = (utc + seconds * 1_000_000) // DAY_US
        missing = np.flatnonzero(pc.is_null(offsets).to_numpy())
        if len(missing):
            stated = civil()
            for at in missing.tolist():
                days[at] = self._day(instants[at].as_py(), stated[at])
        return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())

    def _day(self, instant: Any, civil: Any) -> int:
        try:
            stated = civil["date"]
            found = date(stated["year"], stated["month"], stated["day"])
        except (KeyError, TypeError, ValueError):
            found = instant.astimezone(ZoneInfo(self._time_zone())).date()
        return (found - date(1970, 1, 1)).days
