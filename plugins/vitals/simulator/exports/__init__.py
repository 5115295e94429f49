"""exports: the truth of simulated people -> the files that each provider would hand out.

They hold what the simulated APIs say, in the form and with the oddities of real exports, so that a
test can compare what an import collected with the truth itself. Everything is written as a stream:

    python -m vitals.simulator.exports takeout --first 2026-03-01 --last 2026-03-31 FOLDER
"""

from collections.abc import Callable

from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth import View

Write = Callable[[View, Sink, int, int], None]


def writers() -> dict[str, Write]:
    """What writes each format: (view, sink, first civil day, last civil day)."""
    from vitals.simulator.exports import apple, garmin, google, pmdata, strava, takeout

    return {
        "apple": apple.write,
        "takeout": takeout.write,
        "strava": strava.write,
        "garmin": garmin.write,
        "google": google.write,
        "pmdata": pmdata.write,
    }
