"""Strava's bulk export: activities.csv, and recordings as .fit.gz, .gpx and .tcx.gz in turn."""

import csv
import gzip
import io
from datetime import UTC, datetime

import numpy as np

from vitals.simulator.exports import fit
from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import zulu
from vitals.simulator.truth import View
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.totals import exercise_totals

_HEADER = (
    "Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description",
    "Elapsed Time", "Distance", "Max Heart Rate", "Filename", "Elapsed Time", "Moving Time",
    "Distance", "Max Heart Rate", "Average Heart Rate", "Calories",
)  # fmt: skip
_GPX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><trk><trkseg>\n'
)
# The blanks are Strava's.
_TCX_END = "</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
_TCX = (
    '          <?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns='
    '"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities><Activity><Lap><Track>'
)


def write(view: View, sink: Sink, first: int, last: int) -> None:
    """Write the civil days `first` to `last`."""
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(_HEADER)
    sink.text("profile.csv", "Athlete ID,Email Address\n1,sim@example.org\n")
    for number, one in enumerate(view.exercises(first, last)):
        name = _recording(view, sink, one, number)
        table.writerow(_line(view, one, name))
    sink.text("activities.csv", lines.getvalue())


def _line(view: View, one: Exercise, name: str) -> list[object]:
    totals = exercise_totals(view, one)
    moment = datetime.fromtimestamp(one.start, UTC)
    hour = moment.hour % 12 or 12
    text = f"{moment:%b} {moment.day}, {moment.year}, {hour}:{moment:%M:%S} {moment:%p}"
    seconds, largest = one.end - one.start, totals.bpm_max or ""
    return [
        one.number, text, f"{one.kind.name}, easy", one.kind.strava, "two\nlines", seconds,
        round(one.distance_m / 1_000, 2), largest, name, float(seconds), float(one.moving_seconds),
        one.distance_m, largest, totals.bpm_mean or "", totals.active_kcal,
    ]  # fmt: skip


def _recording(view: View, sink: Sink, one: Exercise, number: int) -> str:
    at, bpm = view.heart_between(one.start, one.end)
    forms = ("fit.gz", "gpx", "tcx.gz")
    name = f"activities/{one.number}.{forms[number % 3]}"
    content = {
        "fit.gz": lambda: gzip.compress(fit.activity(view, one)),
        "gpx": lambda: _gpx(at, bpm).encode(),
        "tcx.gz": lambda: gzip.compress(_tcx(at, bpm).encode()),
    }[forms[number % 3]]()
    with sink.file(name) as out:
        out.write(content)
    return name


def _gpx(at: np.ndarray, bpm: np.ndarray) -> str:
    points = (
        f'<trkpt lat="48.85" lon="2.35"><time>{text}</time><extensions>'
        f"<gpxtpx:TrackPointExtension><gpxtpx:hr>{beats}</gpxtpx:hr>"
        f"</gpxtpx:TrackPointExtension></extensions></trkpt>\n"
        for text, beats in zip(zulu(at), bpm.tolist(), strict=True)
    )
    return _GPX + "".join(points) + "</trkseg></trk></gpx>\n"


def _tcx(at: np.ndarray, bpm: np.ndarray) -> str:
    points = (
        f"<Trackpoint><Time>{text}</Time><HeartRateBpm><Value>{beats}</Value></HeartRateBpm>"
        "</Trackpoint>\n"
        for text, beats in zip(zulu(at), bpm.tolist(), strict=True)
    )
    return (
        _TCX + "".join(points) + "</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    )
