"""Documents -> accepted facts, the slow and obvious way: a second opinion on the truth.

Reads BSON as any other program would; knows nothing of how the documents were made.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIMITS = {"heart_rates": ("bpm", 25, 250), "steps": ("steps", 0, 1000)}


def instant(value: object) -> datetime:
    """An instant in any of the four encodings."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    assert isinstance(value, int)
    return EPOCH + timedelta(milliseconds=value if value > 10**11 else value * 1000)


def samples(
    collection: str, documents: Iterable[dict]
) -> tuple[dict[tuple[str, datetime], tuple], Counter]:
    """(device, instant) -> (confidence, value) of the winners, and how many were refused why."""
    field, low, high = LIMITS[collection]
    winners: dict[tuple[str, datetime], tuple] = {}
    refused: Counter = Counter()
    for document in documents:
        if "device_id" not in document:
            refused["broken_document"] += 1
            continue
        for metric in document["metrics"]:
            value, ts = metric[field], instant(metric["ts"])
            if not isinstance(value, int | float):
                refused["wrong_type"] += 1
            elif not low <= value <= high:
                refused["out_of_range"] += 1
            elif ts < EARLIEST:
                refused["impossible_time"] += 1
            else:
                key = document["device_id"], ts
                candidate = metric.get("confidence", -1), value
                winners[key] = max(candidate, winners.get(key, candidate))
    return winners, refused


def sleeps(documents: Iterable[dict]) -> tuple[dict[tuple[str, datetime], tuple], Counter]:
    """(device, start) -> (end, levels) of the winners, and how many were refused why."""
    winners: dict[tuple[str, datetime], tuple] = {}
    refused: Counter = Counter()
    for document in documents:
        for metric in document["metrics"]:
            start, end = instant(metric["start_ts"]), instant(metric["end_ts"])
            if end <= start:
                refused["impossible_interval"] += 1
                continue
            key = document["device_id"], start
            if key not in winners or end > winners[key][0]:
                winners[key] = end, _levels(metric)
    return winners, refused


def _levels(metric: dict) -> list[tuple] | None:
    if "levels" not in metric:
        return None
    return [(instant(one["ts"]), one["level"], one["seconds"]) for one in metric["levels"]]
