"""Local hour, season and country -> how likely each activity is: the truth behind the stream.

Research questions ask for these likelihoods back, so they are plain numbers in one place.
"""

from functools import cache

import numpy as np

from vitals.synthetic.activities import ACTIVITIES
from vitals.synthetic.instants import DAY, MINUTE

BLOCK_MS = 30 * MINUTE  # for so long a person does the same

# First local hour of each part of the day, and what people do in it (shares; they need not add up).
_DAY = {
    0: {"sleep": 96, "sit": 3, "walk": 1},
    6: {"sleep": 15, "eat": 20, "drive": 18, "walk": 17, "run": 8, "yoga": 6, "cycle": 6,
        "sit": 10},
    9: {"desk": 62, "sit": 8, "walk": 10, "drive": 6, "clean": 6, "lift": 3, "swim": 2, "cycle": 3},
    12: {"eat": 50, "walk": 20, "sit": 15, "desk": 15},
    14: {"desk": 60, "sit": 10, "walk": 12, "hike": 4, "clean": 6, "drive": 5, "cycle": 3},
    17: {"cook": 22, "eat": 14, "drive": 12, "walk": 14, "run": 9, "cycle": 7, "lift": 7, "swim": 5,
         "ski": 2, "sit": 8},
    20: {"sit": 48, "clean": 10, "walk": 10, "yoga": 6, "eat": 6, "sleep": 20},
    23: {"sleep": 82, "sit": 16, "walk": 2},
}  # fmt: skip
# How much likelier something is in the cold half of the year, and in some countries.
_COLD = {"ski": 6.0, "cycle": 0.4, "swim": 0.5, "hike": 0.5, "run": 0.8, "sit": 1.2}
_WARM = {"ski": 0.0}
_COUNTRY = {
    "NO": {"ski": 3.0, "hike": 2.0},
    "DE": {"cycle": 2.0},
    "US": {"drive": 1.8, "walk": 0.7},
    "CA": {"ski": 2.0},
    "JP": {"walk": 1.8, "drive": 0.5},
    "IN": {"yoga": 3.0},
    "KE": {"run": 2.5},
    "BR": {"swim": 1.5},
    "AU": {"swim": 2.0},
    "NZ": {"hike": 2.0},
    "SG": {"walk": 1.3, "swim": 1.5},
}
# Where skiing would need an aeroplane.
_NO_SNOW = ("BR", "KE", "IN", "SG")


@cache
def likelihoods(country_code: str) -> np.ndarray:
    """Likelihood of each of ACTIVITIES, by season (0 warm, 1 cold) and local hour; sums are 1."""
    names = [one.activity_id.removeprefix("act-") for one in ACTIVITIES]
    made = np.zeros((2, 24, len(names)))
    local = {**_COUNTRY.get(country_code, {}), **({"ski": 0.0} if country_code in _NO_SNOW else {})}
    for season, factors in enumerate((_WARM, _COLD)):
        for hour in range(24):
            shares = _DAY[max(first for first in _DAY if first <= hour)]
            made[season, hour] = [
                shares.get(name, 0) * factors.get(name, 1.0) * local.get(name, 1.0)
                for name in names
            ]
    return made / made.sum(axis=2, keepdims=True)


def winter(ts_ms: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """1 in the middle of winter, -1 in the middle of summer, by hemisphere; less in the tropics."""
    days = (ts_ms // DAY) % 365.2425  # since 1970-01-01: close enough to the day of the year
    north = np.cos((days - 15) / 365.2425 * 2 * np.pi)
    return north * np.clip(latitude / 23.4, -1, 1)
