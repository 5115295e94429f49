"""Exercise -> one-second streams and laps."""

from typing import Any

import numpy as np

from vitals.simulator.formats import rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.strava.activities import find_exercise, wall_with_false_z
from vitals.simulator.truth import View
from vitals.simulator.truth.exercises import Exercise, laps_of, moving_stream, speed_stream

KEYS = (
    "time",
    "distance",
    "latlng",
    "altitude",
    "velocity_smooth",
    "heartrate",
    "cadence",
    "watts",
    "temp",
    "moving",
    "grade_smooth",
)
# The start of every simulated track, in the middle of an ocean.
LATITUDE, LONGITUDE = 10.0, -150.0
METRES_PER_DEGREE = 111_320
SERIES_TYPE = "distance"


def streams(call: Call) -> Any:
    """Streams by type; those that were not recorded are left out, a manual activity has none."""
    exercise = find_exercise(call)
    keys = [key for key in call.query.get("keys", "").split(",") if key]
    if not keys or any(key not in KEYS for key in keys):
        raise call.dialect.error("bad_request")
    if exercise.is_manual:
        raise call.dialect.error("not_found")
    recorded = record(call.view, exercise)
    found = {
        key: {
            "data": recorded[key],
            "series_type": SERIES_TYPE,
            "original_size": exercise.elapsed_seconds,
            "resolution": "high",
        }
        for key in dict.fromkeys([*keys, "time", "distance"])
        if key in recorded
    }
    if call.query.get("key_by_type", "").lower() == "true":
        return found
    return [{"type": key, **stream} for key, stream in found.items()]


def record(view: View, exercise: Exercise) -> dict[str, list[Any]]:
    """All streams that the watch recorded."""
    seconds = np.arange(exercise.elapsed_seconds)
    moving = moving_stream(exercise)
    found: dict[str, list[Any]] = {"time": seconds.tolist(), "moving": moving.tolist()}
    heart = heart_stream(view, exercise)
    if heart is not None:
        found["heartrate"] = heart.tolist()
    if exercise.kind.metres_per_second:
        speed = speed_stream(exercise)
        metres = np.cumsum(speed)
        altitude = 100 + exercise.elevation_m * np.sin(seconds / len(seconds) * np.pi)
        degrees = LATITUDE + metres / METRES_PER_DEGREE
        found |= {
            "distance": np.round(metres, 1).tolist(),
            "velocity_smooth": np.round(speed, 2).tolist(),
            "altitude": np.round(altitude, 1).tolist(),
            "latlng": [[round(at, 6), LONGITUDE] for at in degrees.tolist()],
            "grade_smooth": np.zeros(len(seconds)).tolist(),
        }
    if exercise.kind.steps_per_minute:
        # Strava counts the steps of one leg.
        cadence = np.where(moving, exercise.kind.steps_per_minute // 2, 0)
        found["cadence"] = cadence.tolist()
    return found


def heart_stream(view: View, exercise: Exercise) -> np.ndarray | None:
    """Heart rate of each second, between the samples; None without samples."""
    at, bpm = view.heart_between(exercise.start, exercise.end)
    if not len(at):
        return None
    seconds = np.arange(exercise.start, exercise.end)
    return np.rint(np.interp(seconds, at, bpm)).astype(int)


def laps(call: Call) -> Any:
    """Laps of ten minutes."""
    return lap_list(call, find_exercise(call))


def lap_list(call: Call, exercise: Exercise) -> list[dict[str, Any]]:
    """Laps as Strava shapes them."""
    moving = moving_stream(exercise)
    found = []
    for index, (first, end, metres) in enumerate(laps_of(exercise), start=1):
        moved = int(moving[first:end].sum())
        found.append(
            {
                "id": exercise.number * 100 + index,
                "resource_state": 2,
                "name": f"Lap {index}",
                "activity": {"id": exercise.number, "resource_state": 1},
                "athlete": {"id": call.account.strava_id, "resource_state": 1},
                "elapsed_time": end - first,
                "moving_time": moved,
                "start_date": rfc3339(exercise.start + first),
                "start_date_local": wall_with_false_z(call, exercise.start + first),
                "distance": metres,
                "start_index": first,
                "end_index": end - 1,
                "total_elevation_gain": 0.0,
                "average_speed": round(metres / moved, 3) if moved else 0.0,
                "lap_index": index,
                "split": index,
            }
        )
    return found
