"""What readers know beside the file: on which clock it was written, how to name what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.clock import Clock, StatedOffsets
from vitals.sources.account_exports.shapes import INSTANT
from vitals.sources.account_exports.times import MICROS, Times
from vitals.sources.rejected import Rejected, to_json

Reading = Literal["utc", "local", "shifted"]


@dataclass(frozen=True)
class TimeBasis:
    """How times without an offset are to be read.

    Attributes:
        reading: "utc": as UTC; "local": as wall-clock time; "shifted": as UTC after a shift.
        evidence: how that was found, for the manifest.
        shift_seconds: what to add to the time to get UTC.
    """

    reading: Reading
    evidence: str
    shift_seconds: int = 0


@dataclass(frozen=True)
class Context:
    """One import.

    Attributes:
        clock: zone history of the person.
        bases: by stream of local times, how to read them.
        nights: nights whose offset the export states.
    """

    clock: Clock
    bases: Mapping[str, TimeBasis] = field(default_factory=dict)
    nights: StatedOffsets = StatedOffsets(())

    def instants(self, stream: str, times: Times) -> np.ndarray:
        """Microseconds UTC of times of a stream, in the order in which the file has them."""
        if times.is_utc.all():
            return times.micros
        basis = self.bases[stream]
        if basis.reading == "local":
            found = self.clock.to_utc(times.micros)
        else:
            found = times.micros + basis.shift_seconds * MICROS
        return np.where(times.is_utc, times.micros, found)

    def basis_text(self, stream: str | None) -> str | None:
        """What the manifest says about the times of a stream."""
        if stream is None:
            return None
        basis = self.bases[stream]
        words = {"utc": "UTC", "local": f"local time by {self.clock.basis}"}
        reading = words.get(basis.reading, f"UTC {-basis.shift_seconds:+d} s")
        return f"{reading}: {basis.evidence}"

    def uses_clock(self, stream: str | None) -> bool:
        """Whether another zone history would give other rows."""
        return stream is not None and self.bases[stream].reading == "local"


def reject(where: str, record: Any, reason: str, field_name: str | None = None) -> Rejected:
    """A record that was refused."""
    payload = record if isinstance(record, dict | list) else {"text": str(record)}
    return Rejected(where, field_name, reason, to_json(payload))


def as_instants(micros: np.ndarray) -> pa.Array:
    """Arrow instants of microseconds UTC."""
    return pa.array(micros, pa.int64()).cast(INSTANT)
