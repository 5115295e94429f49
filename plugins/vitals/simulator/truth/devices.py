"""Account and clock -> devices and the last moment they synced: how far any data can be known."""

from dataclasses import dataclass

from vitals.simulator.truth.people import Account, to_day
from vitals.simulator.truth.zones import civil_day, instant_of

SYNC_TIMES = (7.9, 13.5, 21.7)
# Every fifth person leaves the phone behind for three days in each fortnight.
FORGETFUL_EVERY = 5
FORTNIGHT = 14
SILENT = (4, 5, 6)


@dataclass(frozen=True)
class Device:
    """A paired device."""

    number: int
    kind: str
    model: str
    battery_percent: int
    last_sync: int


def last_sync(account: Account, now: int) -> int:
    """Epoch second of the latest sync at or before `now`; data after it is not served yet."""
    joined = to_day(account.member_since)
    day = civil_day(account, now)
    while day >= joined:
        done = [at for at in syncs_of(account, day) if at <= now]
        if done:
            return done[-1]
        day -= 1
    return joined * 86_400


def syncs_of(account: Account, day: int) -> list[int]:
    """Sync instants of a civil day, ascending."""
    if account.number % FORGETFUL_EVERY == 0 and day % FORTNIGHT in SILENT:
        return []
    jitter = account.generator("sync", day).integers(0, 900, len(SYNC_TIMES))
    found = (
        instant_of(account, day, int(hour * 3_600 + shift))
        for hour, shift in zip(SYNC_TIMES, jitter, strict=True)
    )
    return [at for at in found if at is not None]


def devices_of(account: Account, now: int) -> list[Device]:
    """Paired devices: a tracker, and a scale where one is owned."""
    synced = last_sync(account, now)
    battery = 90 - synced // 86_400 % 5 * 15
    devices = [Device(account.number * 10 + 1, "TRACKER", "Charge 6", battery, synced)]
    if account.has_scale:
        devices.append(Device(account.number * 10 + 2, "SCALE", "Aria Air", 75, synced))
    return devices
