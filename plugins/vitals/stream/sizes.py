"""What an event takes: as a message in each format, alone and compressed, and in the lake."""

from typing import Any

import pyarrow as pa

from vitals.stream.decoding import decode
from vitals.stream.encoding import FORMATS, encode
from vitals.stream.objects import cut
from vitals.synthetic.heart_events import HeartEvents

# About what the producer puts into one request.
_BATCH = 500


def measure(events: HeartEvents, count: int) -> dict[str, Any]:
    """Bytes per event.

    Args:
        events: whose.
        count: how many.
    """
    table = events.table(0, count)
    found: dict[str, Any] = {"events": count}
    for form in FORMATS:
        messages = [one if isinstance(one, bytes) else one.encode() for one in encode(table, form)]
        batches = (b"".join(messages[at : at + _BATCH]) for at in range(0, count, _BATCH))
        packed = sum(len(pa.compress(batch, "lz4", asbytes=True)) for batch in batches)
        stored = sum(len(content) for _, content in cut("t", 0, decode(range(count), messages)))
        found[form] = {
            "message_bytes": round(sum(map(len, messages)) / count, 2),
            "message_bytes_lz4": round(packed / count, 2),
        }
    found["lake_bytes"] = round(stored / count, 2)
    found["avro_share_of_json"] = round(
        found["avro"]["message_bytes"] / found["json"]["message_bytes"], 3
    )
    return found
