"""Minutes -> interval types: steps, distance, floors, energy, active minutes, zone minutes.

Minutes without a count are mostly not recorded; some are, with the zero left out. The hour that a
restatement changed comes in 5-minute records instead of 1-minute ones.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from vitals.simulator.google_health.batch import (
    Batch,
    Context,
    Json,
    Producer,
    batch_at,
    point,
)
from vitals.simulator.google_health.times import bare_interval, interval, without_zeros
from vitals.simulator.truth.heart import ZONES
from vitals.simulator.truth.view import MinuteTable

BUCKET = 300
PHONE_BUCKET = 900
ZONE_OF_AZM = {"MODERATE": "FAT_BURN", "VIGOROUS": "CARDIO", "PEAK": "PEAK"}
LEVELS = ("LIGHT", "MODERATE", "VIGOROUS", "VIGOROUS")
PHONE = {
    "recordingMethod": "PASSIVELY_MEASURED",
    "platform": "HEALTH_CONNECT",
    "application": {"packageName": "com.google.android.apps.fitness"},
}


def counted(
    key: str, field: str, values: Callable[[MinuteTable], np.ndarray], shape: Callable[[Any], Any]
) -> Producer:
    """Producer of a type that counts something per minute."""

    def produce(context: Context, day: int) -> Batch:
        table = context.view.minutes(day)
        starts, ends, counts = rebucketed(table, values(table))

        def build(index: int, listed: bool) -> Json:
            span = interval(context.account, starts[index], ends[index], listed)
            return point(
                key, {"interval": span, **without_zeros({field: shape(counts[index])})}, listed
            )

        return batch_at(context, starts, build)

    return produce


def rebucketed(table: MinuteTable, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Records of a day: (starts, ends, counts), in minutes, or 5 minutes where restated."""
    recorded = (counts > 0) | (table.worn & (table.start % 1_800 == 0))
    single = recorded & ~table.restated
    buckets, where = np.unique(table.start[table.restated] // BUCKET, return_inverse=True)
    sums = np.bincount(where, weights=counts[table.restated], minlength=len(buckets))
    starts = np.concatenate([table.start[single], buckets * BUCKET])
    ends = np.concatenate([table.start[single] + 60, (buckets + 1) * BUCKET])
    amounts = np.concatenate([counts[single], sums])
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order], amounts[order]


def steps(context: Context, day: int) -> Batch:
    """Steps of the watch and, where the person carries a phone, of the phone beside them."""
    watch = _watch_steps(context, day)
    if not (context.with_phone and context.account.has_phone_steps):
        return watch
    table = context.view.minutes(day)
    moving = table.steps > 0
    buckets, where = np.unique(table.start[moving] // PHONE_BUCKET, return_inverse=True)
    counts = np.bincount(where, weights=table.steps[moving], minlength=len(buckets))
    phone = batch_at(context, buckets * PHONE_BUCKET, lambda index, listed: {})
    physical = np.concatenate([watch.physical, phone.physical])
    order = np.argsort(physical, kind="stable")

    def build(index: int, listed: bool) -> Json:
        at = int(order[index])
        if at < len(watch):
            return watch.build(at, listed)
        start = int(buckets[at - len(watch)]) * PHONE_BUCKET
        count = str(int(counts[at - len(watch)] * 0.9))
        span = bare_interval(start, start + PHONE_BUCKET)
        return point("steps", {"interval": span, "count": count}, listed, PHONE)

    civil = np.concatenate([watch.civil, phone.civil])
    return Batch(physical[order], civil[order], build)


def active_minutes(context: Context, day: int) -> Batch:
    """Minutes with movement, by level."""
    table = context.view.minutes(day)
    table = table.where((table.steps > 0) & (table.zone >= 0))

    def build(index: int, listed: bool) -> Json:
        start = table.start[index]
        level = {"activityLevel": LEVELS[table.zone[index]], "activeMinutes": "1"}
        span = interval(context.account, start, start + 60, listed)
        return point(
            "activeMinutes", {"interval": span, "activeMinutesByActivityLevel": [level]}, listed
        )

    return batch_at(context, table.start, build)


def active_zone_minutes(context: Context, day: int) -> Batch:
    """Minutes in a zone that earns: one for fat burn, two for cardio and peak."""
    table = context.view.minutes(day)
    table = table.where(table.zone > 0)

    def build(index: int, listed: bool) -> Json:
        start, zone = table.start[index], ZONES[table.zone[index]]
        value = {
            "interval": interval(context.account, start, start + 60, listed),
            "heartRateZone": ZONE_OF_AZM[zone],
            "activeZoneMinutes": "1" if zone == "MODERATE" else "2",
        }
        return point("activeZoneMinutes", value, listed)

    return batch_at(context, table.start, build)


def time_in_zone(context: Context, day: int) -> Batch:
    """Runs of minutes in one zone: the length of the interval is the value."""
    table = context.view.minutes(day)
    table = table.where(table.zone >= 0)
    breaks = (np.diff(table.start) != 60) | (np.diff(table.zone) != 0)
    first = np.concatenate([[True], breaks]) if len(table.start) else np.array([], dtype=bool)
    last = np.concatenate([breaks, [True]]) if len(table.start) else first
    starts, ends, zones = table.start[first], table.start[last] + 60, table.zone[first]

    def build(index: int, listed: bool) -> Json:
        span = interval(context.account, starts[index], ends[index], listed)
        return point(
            "timeInHeartRateZone",
            {"interval": span, "heartRateZoneType": ZONES[zones[index]]},
            listed,
        )

    return batch_at(context, starts, build)


def _text(value: float) -> str:
    return str(int(value))


def _kcal(value: float) -> float:
    return round(float(value), 3)


_watch_steps = counted("steps", "count", lambda table: table.steps, _text)
PRODUCERS: dict[str, Producer] = {
    "steps": steps,
    "distance": counted("distance", "millimeters", lambda table: table.distance_mm, _text),
    "floors": counted("floors", "count", lambda table: table.floors, _text),
    "active-energy-burned": counted(
        "activeEnergyBurned", "kcal", lambda table: table.active_kcal, _kcal
    ),
    "active-minutes": active_minutes,
    "active-zone-minutes": active_zone_minutes,
    "time-in-heart-rate-zone": time_in_zone,
}
