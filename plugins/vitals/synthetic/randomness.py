"""Seed + what is drawn + for whom + which day -> its own random generator.

Every draw has a generator of its own, so that a day of a participant comes out the same whether the
whole cohort is generated, a part of it, or a longer period. Days are named by `date.toordinal()`,
not counted from the start: a cohort that begins a day later repeats the days it shares.
"""

from enum import IntEnum
from hashlib import blake2b

import numpy as np
from bson import ObjectId


class Stream(IntEnum):
    """What is drawn; part of the seed, so values must not be reused or renumbered."""

    PERSON = 1
    SCHEDULE = 2
    HEART = 3
    STEPS = 4
    HEART_DEVICE = 5
    STEPS_DEVICE = 6
    SLEEP = 7
    DELIVERY = 8
    OPERATIONAL = 20


def generator(seed: int, stream: Stream, *key: int) -> np.random.Generator:
    """Return the generator of one draw; the same arguments always give the same numbers."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(stream, *key)))
    )


def object_id(inserted_ms: int, *key: object) -> ObjectId:
    """Return the ObjectId that a client would have made at `inserted_ms` (UTC milliseconds)."""
    seconds = (inserted_ms // 1000).to_bytes(4, "big")
    return ObjectId(seconds + blake2b(repr(key).encode(), digest_size=8).digest())
