"""Instants -> local wall-clock time written as if it were UTC, where a source does that.

A wall time that the participant's clock showed twice or never (clock changes, journeys) cannot be
converted back by anybody, so such instants are not recorded at all in these collections.
"""

import numpy as np

from vitals.synthetic.instants import DAY, MINUTE
from vitals.synthetic.people import Person

_QUARTER = 15 * MINUTE


def wall_times(person: Person, ms: np.ndarray) -> np.ndarray:
    """Return what the participant's clock showed at each instant, as milliseconds."""
    return ms + _offsets(person, ms)


def convertible(person: Person, ms: np.ndarray) -> np.ndarray:
    """Return for each instant whether its wall time belongs to no other instant."""
    wall = wall_times(person, ms)
    near = np.unique(ms // DAY)
    offsets = {
        person.utc_offset_ms(int(day * DAY + shift))
        for day in near
        for shift in range(-2 * DAY, 3 * DAY, DAY // 4)
    }
    owners = np.zeros(len(ms), dtype=np.int64)
    for offset in offsets:
        owners += _offsets(person, wall - offset) == offset
    return owners == 1


def _offsets(person: Person, ms: np.ndarray) -> np.ndarray:
    quarters, position = np.unique(ms // _QUARTER, return_inverse=True)
    offsets = np.array([person.utc_offset_ms(int(q * _QUARTER)) for q in quarters], dtype=np.int64)
    return offsets[position] if len(ms) else ms
