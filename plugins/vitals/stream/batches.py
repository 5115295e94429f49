"""Messages that were read and are not yet in the lake, by partition."""

import time
from dataclasses import dataclass, field

# What Python keeps beside the bytes of a message.
_OVERHEAD_BYTES = 120


@dataclass
class Batch:
    """Messages of one partition, in order.

    Attributes:
        offsets: where they stand.
        values: what they hold.
        size_bytes: about what they take in memory.
        began: when the first came, by the monotonic clock.
    """

    offsets: list[int] = field(default_factory=list)
    values: list[bytes | None] = field(default_factory=list)
    size_bytes: int = 0
    began: float = 0.0

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def next_offset(self) -> int:
        """What the group has to be told once these are durable."""
        return self.offsets[-1] + 1

    @property
    def age_seconds(self) -> float:
        """How long the first of them has been waiting."""
        return time.monotonic() - self.began if self.offsets else 0.0

    def add(self, offset: int, value: bytes | None) -> None:
        """Take one more."""
        if not self.offsets:
            self.began = time.monotonic()
        elif offset <= self.offsets[-1]:
            # The group was put in order again and reading went back: all of it comes once more.
            self.offsets, self.values, self.size_bytes = [], [], 0
        self.offsets.append(offset)
        self.values.append(value)
        self.size_bytes += len(value or b"") + _OVERHEAD_BYTES
