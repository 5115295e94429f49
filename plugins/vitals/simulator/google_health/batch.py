"""What a data type's producer hands to paging: instants to filter by, and how to build one point.

Points are built one by one only when they are served, so that a page of ten out of a day of
17,280 samples costs ten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vitals.simulator.truth import View
from vitals.simulator.truth.people import Account
from vitals.simulator.truth.zones import offsets_at

Json = dict[str, Any]
# (index, whether listed rather than reconciled) -> data point
Build = Callable[[int, bool], Json]


@dataclass(frozen=True)
class Context:
    """What producers may look at."""

    view: View
    processing_seconds: int = 0
    with_phone: bool = True

    @property
    def account(self) -> Account:
        """Whose data."""
        return self.view.account


@dataclass(frozen=True)
class Batch:
    """Points of one day in order of their start, ready to be filtered and built."""

    physical: np.ndarray
    civil: np.ndarray
    build: Build

    def __len__(self) -> int:
        return len(self.physical)


NO_POINTS = Batch(np.array([], dtype=np.int64), np.array([], dtype=np.int64), lambda *_: {})
Producer = Callable[[Context, int], Batch]


def batch_at(context: Context, instants: np.ndarray | list[int], build: Build) -> Batch:
    """Batch of points that are filtered by these instants."""
    physical = np.asarray(instants, dtype=np.int64)
    return Batch(physical, physical + offsets_at(context.account, physical), build)


def tracker_source(method: str = "PASSIVELY_MEASURED") -> Json:
    """Data source of the watch."""
    device = {"displayName": "Charge 6", "formFactor": "FITNESS_BAND", "manufacturer": "Fitbit"}
    return {"recordingMethod": method, "platform": "FITBIT", "device": device}


def point(key: str, value: Json, listed: bool, source: Json | None = None) -> Json:
    """A data point: only the listed form names its source."""
    found = {"dataSource": source or tracker_source()} if listed else {}
    return {**found, key: value}


def named(item: Json, name: str, listed: bool) -> Json:
    """Give an identifiable point its name, under the key of its form."""
    return {("name" if listed else "dataPointName"): name, **item}
