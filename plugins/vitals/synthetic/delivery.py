"""End of a recording -> when its documents reach the store, in which versions.

A watch delivers at its sync moments; one that is offline delivers everything at once days later.
Delivery times decide the documents' `_id`s, because a store gives them out on insertion.
"""

from dataclasses import dataclass
from datetime import date

from vitals.synthetic.instants import DAY, HOUR, MINUTE, SECOND, day_start
from vitals.synthetic.people import Device, in_cycle

# No document is complete later than this after the data it holds; `Cohort.deliveries` relies on it.
LATEST_DELIVERY_DAYS = 10


@dataclass(frozen=True)
class Version:
    """A state of a document: its first `rows` metrics, in the store from `delivered_ms` on."""

    delivered_ms: int
    rows: int


def sync_after(device: Device, ms: int) -> int:
    """Return the first instant (UTC milliseconds) after `ms` at which the device can deliver."""
    step = device.sync_minutes * MINUTE
    # Watches that sync at the same minute still do not arrive in the same second.
    jitter = sum(device.device_id.encode()) % 50 * SECOND
    moment = -(-ms // step) * step + jitter
    ordinal = date(1970, 1, 1).toordinal() + moment // DAY
    if device.offline is None or not in_cycle(device.offline, ordinal):
        return moment
    while in_cycle(device.offline, ordinal):
        ordinal += 1
    return day_start(ordinal) + 7 * HOUR + jitter
