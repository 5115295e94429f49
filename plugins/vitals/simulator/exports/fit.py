"""FIT files, written with Garmin's own SDK."""

from datetime import UTC, datetime

import numpy as np

from vitals.simulator.truth import View
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.totals import exercise_totals

SPORTS = {"Run": "running", "Walk": "walking", "Bike": "cycling", "Yoga": "training"}
_FIT_EPOCH = 631_065_600


def activity(view: View, one: Exercise) -> bytes:
    """A recording: a record for each heart-rate sample, then the session."""
    encoder, numbers = _begin("activity", one.start)
    at, bpm = view.heart_between(one.start, one.end)
    for second, beats in zip(at.tolist(), bpm.tolist(), strict=True):
        encoder.write_mesg(
            {"mesg_num": numbers["RECORD"], "timestamp": _moment(second), "heart_rate": beats}
        )
    totals = exercise_totals(view, one)
    session = {
        "mesg_num": numbers["SESSION"],
        "timestamp": _moment(one.end),
        "start_time": _moment(one.start),
        "total_elapsed_time": float(one.end - one.start),
        "total_timer_time": float(one.moving_seconds),
        "sport": SPORTS[one.kind.name],
        "total_distance": one.distance_m,
        "total_calories": round(totals.active_kcal),
    }
    if one.kind.name == "Yoga":
        session["sub_sport"] = "yoga"
    encoder.write_mesg(session)
    return bytes(encoder.close())


def monitoring(at: np.ndarray, bpm: np.ndarray) -> bytes:
    """Heart rates of a day with short times, and a sample of 0, which says that there is none."""
    encoder, numbers = _begin("monitoring_b", int(at[0]))
    encoder.write_mesg({"mesg_num": numbers["MONITORING"], "timestamp": _moment(int(at[0]))})
    for second, beats in zip(at.tolist(), bpm.tolist(), strict=True):
        short = (second - _FIT_EPOCH) & 0xFFFF
        encoder.write_mesg(
            {"mesg_num": numbers["MONITORING"], "timestamp_16": short, "heart_rate": beats}
        )
    last = (int(at[-1]) + 1 - _FIT_EPOCH) & 0xFFFF
    encoder.write_mesg({"mesg_num": numbers["MONITORING"], "timestamp_16": last, "heart_rate": 0})
    return bytes(encoder.close())


def _begin(kind: str, second: int):
    from garmin_fit_sdk import Encoder, Profile

    encoder, numbers = Encoder(), Profile["mesg_num"]
    encoder.write_mesg(
        {
            "mesg_num": numbers["FILE_ID"],
            "type": kind,
            "manufacturer": "garmin",
            "product": 3_077,
            "time_created": _moment(second),
            "serial_number": 1_234,
        }
    )
    return encoder, numbers


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
