"""FIT files, written with Garmin's own SDK."""

import struct
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from vitals.simulator.truth import View
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.nights import Sleep
from vitals.simulator.truth.totals import exercise_totals

if TYPE_CHECKING:
    from garmin_fit_sdk import Encoder

SPORTS = {"Run": "running", "Walk": "walking", "Bike": "cycling", "Yoga": "training"}
_FIT_EPOCH = 631_065_600
# Numbers that Garmin's profile does not name: a type of file, an event, a message and its fields.
_SLEEP_FILE, _SLEEP_EVENT, _SLEEP_DATA_INFO = 49, 74, 273
_LOCAL_TIMESTAMP, _TIMESTAMP, _UINT32 = 2, 253, 0x86


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


def sleep(one: Sleep, offset: int, by_minute: bool = False) -> bytes:
    """A night between two events, a nap as one message; the time of a level is its end.

    A watch has no word for restless: of a night without stages it tells only when its wearer was
    awake.

    Args:
        one: the sleep.
        offset: seconds that the watch's clock showed beyond UTC.
        by_minute: whether there is a level for each minute, as some watches write, and not one for
            each stage.
    """
    encoder, numbers = _begin(_SLEEP_FILE, one.end)
    if not one.is_main:
        encoder.write_mesg(
            {
                "mesg_num": numbers["NAP_EVENT"],
                "timestamp": _moment(one.end),
                "start_time": _moment(one.start),
                "start_timezone_offset": offset // 60,
                "end_time": _moment(one.end),
                "end_timezone_offset": offset // 60,
                "is_deleted": 0,
            }
        )
        return bytes(encoder.close())
    event = {"mesg_num": numbers["EVENT"], "event": _SLEEP_EVENT}
    encoder.write_mesg({**event, "timestamp": _moment(one.start), "event_type": "start"})
    for end, level in _levels(one, by_minute):
        encoder.write_mesg(
            {
                "mesg_num": numbers["SLEEP_LEVEL"],
                "timestamp": _moment(end),
                "sleep_level": level,
            }
        )
    encoder.write_mesg({**event, "timestamp": _moment(one.end), "event_type": "stop"})
    encoder.write_mesg(
        {
            "mesg_num": numbers["SLEEP_ASSESSMENT"],
            "overall_sleep_score": 81,
            "awakenings_count": sum(stage.level == "awake" for stage in one.stages),
            "average_stress_during_sleep": 17.5,
        }
    )
    return _with_local_time(bytes(encoder.close()), one.end, offset)


def _levels(one: Sleep, by_minute: bool) -> list[tuple[int, str]]:
    if one.kind == "classic":
        return [(stage.end, "awake") for stage in one.stages if stage.level == "awake"]
    ends = [(stage.end, stage.level) for stage in one.stages]
    if by_minute:
        ends += [
            (at, stage.level)
            for stage in one.stages
            for at in range(stage.start + 60, stage.end, 60)
        ]
    return sorted(ends)


def _with_local_time(content: bytes, at: int, offset: int) -> bytes:
    """Add the message with the watch's local time, which the SDK does not write, to a file."""
    from garmin_fit_sdk import CrcCalculator

    fields = ((_TIMESTAMP, 4, _UINT32), (_LOCAL_TIMESTAMP, 4, _UINT32))
    local = 15  # no file here has so many messages that it is taken
    message = struct.pack("<BBBHB", 0x40 | local, 0, 0, _SLEEP_DATA_INFO, len(fields))
    message += b"".join(bytes(field) for field in fields)
    message += struct.pack("<BII", local, at - _FIT_EPOCH, at + offset - _FIT_EPOCH)
    header, records = bytearray(content[:14]), content[14:-2] + message
    struct.pack_into("<I", header, 4, len(records))
    struct.pack_into("<H", header, 12, CrcCalculator.calculate_crc(header, 0, 12))
    whole = bytearray(bytes(header) + records)
    return bytes(whole + struct.pack("<H", CrcCalculator.calculate_crc(whole, 0, len(whole))))


def _begin(kind: str | int, second: int) -> "tuple[Encoder, dict[str, int]]":
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
