"""Exercises -> activities: search by offset, details, and the original file."""

import io
import struct
import zipfile
from typing import Any

from vitals.simulator.garmin.dates import gmt_text, local_text, read_day
from vitals.simulator.provider import Call, Reply
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.totals import exercise_totals

DEFAULT_LIMIT, LARGEST_LIMIT = 20, 1_000


def search(call: Call) -> Any:
    """Activities, newest first, from an offset; an empty list ends them."""
    view, query = call.view, call.query
    start, limit = query.get("start", "0"), query.get("limit", str(DEFAULT_LIMIT))
    if not (start.isdigit() and limit.isdigit()):
        raise call.dialect.error("bad_request", "start and limit are numbers.")
    first = read_day(call, query["startDate"]) if "startDate" in query else view.first_day
    last = read_day(call, query["endDate"]) if "endDate" in query else view.today() + 1
    wanted = query.get("activityType")
    found = [one for one in view.exercises(first, last) if wanted in (None, one.kind.garmin)]
    found.reverse()
    offset = int(start)
    if call.page_fault("duplicate_page"):
        offset = max(offset - 1, 0)
    short = call.page_fault("short_page")
    size = min(int(limit), LARGEST_LIMIT, short.keep if short else LARGEST_LIMIT)
    return [activity(call, one) for one in found[offset : offset + size]]


def details(call: Call) -> Any:
    """One activity."""
    return activity(call, find_exercise(call))


def find_exercise(call: Call) -> Exercise:
    """The activity of the path.

    Raises:
        ApiError: 404 if there is none.
    """
    text = call.path["activity"]
    day = int(text) // 100 % 100_000 if text.isdigit() else -1
    for one in call.view.exercises(day, day):
        if str(one.number) == text:
            return one
    raise call.dialect.error("not_found")


def activity(call: Call, one: Exercise) -> dict[str, Any]:
    """An activity; its times have a blank instead of a T."""
    totals = exercise_totals(call.view, one)
    return {
        "activityId": one.number,
        "activityName": one.name,
        "startTimeGMT": gmt_text(one.start)[:-2].replace("T", " "),
        "startTimeLocal": local_text(call, one.start)[:-2].replace("T", " "),
        "activityType": {"typeId": one.kind.fitbit_id % 100, "typeKey": one.kind.garmin},
        "duration": float(one.moving_seconds),
        "movingDuration": float(one.moving_seconds),
        "elapsedDuration": float(one.elapsed_seconds),
        "distance": one.distance_m if one.distance_m else None,
        "elevationGain": one.elevation_m,
        "averageSpeed": round(one.distance_m / one.moving_seconds, 3),
        "averageHR": float(totals.bpm_mean) if totals.bpm_mean is not None else None,
        "maxHR": float(totals.bpm_max) if totals.bpm_max is not None else None,
        "calories": totals.active_kcal,
        "steps": totals.steps,
        "manualActivity": one.is_manual,
    }


def download(call: Call) -> Reply:
    """ZIP with the original file: a valid FIT header and checksum without any records."""
    one = find_exercise(call)
    header = struct.pack("<BBHI4s", 14, 0x20, 2_160, 0, b".FIT")
    header += struct.pack("<H", checksum(header))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{one.number}_ACTIVITY.fit", header + struct.pack("<H", checksum(header)))
    return Reply(packed.getvalue(), media_type="application/zip")


def checksum(data: bytes) -> int:
    """CRC-16 of the FIT protocol."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc
