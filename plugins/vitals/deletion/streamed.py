"""Objects of the stream in the lake -> the same objects without one participant.

They hold events of many people, so they are written anew rather than deleted. Every object is
looked into: also those that a lost warehouse has loaded, and events that were refused.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from vitals.stream.lake import StreamLake
from vitals.stream.objects import StreamKey


def take_out(lake: StreamLake, participant_id: str) -> int:
    """Take a participant out of the objects; returns how many of them there were in.

    Safe to repeat: an object is changed in one step.

    Raises:
        LakeError: an object cannot be read or written.
    """
    count = 0
    for key, content in _concerned(lake, participant_id):
        others = content.filter(pc.invert(_theirs(content, participant_id)))
        lake.replace(key, others)
        count += 1
    return count


def left(lake: StreamLake, participant_id: str) -> int:
    """How many objects still hold something of a participant.

    Raises:
        LakeError: an object cannot be read.
    """
    return sum(1 for _ in _concerned(lake, participant_id))


def _concerned(lake: StreamLake, participant_id: str) -> Iterator[tuple[StreamKey, pa.Table]]:
    for key, content in lake.read(lake.names()):
        if pc.any(_theirs(content, participant_id)).as_py():
            yield key, content


def _theirs(content: pa.Table, participant_id: str) -> pa.ChunkedArray:
    if "user_id" in content.column_names:
        found = pc.equal(content["user_id"], participant_id)
    else:  # what could not be decoded may still name them
        found = pc.match_substring(content["value"], participant_id.encode())
    return pc.fill_null(found, False)
