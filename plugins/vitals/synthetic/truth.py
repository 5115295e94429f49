"""Arrays behind the documents -> the facts that the warehouse should accept, as Parquet.

One file per kind of fact. Nothing here reads a document: the truth is what the documents were made
from, so that it can be compared with what somebody else makes of the documents.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitals.synthetic.buckets import Bucket, SampleCollection
from vitals.synthetic.cohort import Cohort
from vitals.synthetic.instants import to_datetime
from vitals.synthetic.people import Person
from vitals.synthetic.sleeps import Sleep

# Weeks of samples in one row group: few enough to hold, enough to be read fast.
_DAYS_A_ROW_GROUP = 30

_INSTANT = pa.timestamp("ms", tz="UTC")
SCHEMAS = {
    "participants": pa.schema(
        {
            "participant_id": pa.string(),
            "date_of_birth": pa.date32(),
            "age": pa.int32(),
            "gender": pa.string(),
            "height_cm": pa.float64(),
            "country": pa.string(),
            "created_at": _INSTANT,
        }
    ),
    "time_zones": pa.schema(
        {"participant_id": pa.string(), "valid_from": _INSTANT, "time_zone": pa.string()}
    ),
    "devices": pa.schema(
        {
            "device_id": pa.string(),
            "participant_id": pa.string(),
            "clock_error_ms": pa.int64(),
        }
    ),
    "heart_rates": pa.schema(
        {
            "device_id": pa.string(),
            "participant_id": pa.string(),
            "ts": _INSTANT,
            "bpm": pa.float32(),
            "confidence": pa.int16(),
        }
    ),
    "steps": pa.schema(
        {
            "device_id": pa.string(),
            "participant_id": pa.string(),
            "ts": _INSTANT,
            "steps": pa.int32(),
        }
    ),
    "sleeps": pa.schema(
        {
            "device_id": pa.string(),
            "participant_id": pa.string(),
            "start_ts": _INSTANT,
            "end_ts": _INSTANT,
            "duration_ms": pa.int64(),
            "levels": pa.list_(
                pa.struct({"ts": _INSTANT, "level": pa.string(), "seconds": pa.int32()})
            ),
        }
    ),
    "rejected": pa.schema({"resource": pa.string(), "kind": pa.string(), "records": pa.int64()}),
}


def write_truth(cohort: Cohort, folder: Path) -> dict[str, int]:
    """Write the accepted facts of a cohort, one Parquet file for each of `SCHEMAS`.

    Instants are UTC, as recorded by the device (a wrong clock stays wrong; `devices` says by how
    much). `participant_id` is NULL for a device that belongs to nobody. `time_zones` is empty for a
    participant whose document states none. `rejected` counts the records that a loader must refuse,
    by resource and kind.

    Args:
        cohort: What to write.
        folder: Where; made if missing, files in it are replaced.

    Returns:
        Number of rows of each file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rejected: Counter[tuple[str, str]] = Counter()
    rows: Counter[str] = Counter()
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(pq.ParquetWriter(folder / f"{name}.parquet", schema))
            for name, schema in SCHEMAS.items()
        }

        def write(name: str, table: pa.Table) -> None:
            writers[name].write_table(table)
            rows[name] += table.num_rows

        for name in ("participants", "time_zones", "devices"):
            write(name, pa.Table.from_pylist(_facts_of_people(cohort)[name], SCHEMAS[name]))
        owners = device_owners(cohort)
        for someone in cohort.wearers():
            for resource in ("heart_rates", "steps"):
                for table in _samples_of(cohort, someone, resource, owners, rejected):
                    write(resource, table)
            write("sleeps", _sleeps_of(cohort, someone, owners, rejected))
        counts = [
            {"resource": resource, "kind": kind, "records": records}
            for (resource, kind), records in sorted(rejected.items())
        ]
        write("rejected", pa.Table.from_pylist(counts, SCHEMAS["rejected"]))
    return dict(rows)


def device_owners(cohort: Cohort) -> dict[str, str]:
    """Return device -> participant; of several who claim one, the last who registered has it."""
    owners: dict[str, str] = {}
    for someone in sorted(cohort.people, key=lambda one: (one.created_at, -one.index)):
        for device_id in [device.device_id for device in someone.devices]:
            owners[device_id] = someone.user_id
        for device_id in someone.also_claims:
            owners[device_id] = someone.user_id
    return owners


def _facts_of_people(cohort: Cohort) -> dict[str, list[dict[str, object]]]:
    owners = device_owners(cohort)
    errors = {
        device.device_id: device.clock_error_ms
        for someone in cohort.wearers()
        for device in someone.devices
    }
    return {
        "participants": [
            {
                "participant_id": someone.user_id,
                "date_of_birth": someone.dob,
                "age": someone.age,
                "gender": someone.gender,
                "height_cm": float(someone.height_cm),
                "country": someone.country,
                "created_at": someone.created_at,
            }
            for someone in cohort.people
        ],
        "time_zones": [
            {
                "participant_id": someone.user_id,
                "valid_from": to_datetime(instant),
                "time_zone": zone,
            }
            for someone in cohort.people
            for instant, zone in someone.zone_history(cohort.start_date, cohort.last_date)
        ],
        "devices": [
            {
                "device_id": device_id,
                "participant_id": owners.get(device_id),
                "clock_error_ms": errors.get(device_id, 0),
            }
            for device_id in sorted({*owners, *errors})
        ],
    }


def _samples_of(
    cohort: Cohort,
    someone: Person,
    resource: SampleCollection,
    owners: dict[str, str],
    rejected: Counter[tuple[str, str]],
) -> Iterator[pa.Table]:
    """Yield the accepted samples of a participant's devices, some weeks at a time."""
    days: list[pa.Table] = []
    for ordinal in cohort.ordinals:
        by_device: dict[str, list[Bucket]] = {}
        for bucket in cohort.buckets(someone, ordinal, resource):
            _count_rejected(bucket, rejected)
            by_device.setdefault(bucket.device.device_id, []).append(bucket)
        days += [
            _winners(resource, device_id, owners.get(device_id), buckets)
            for device_id, buckets in by_device.items()
        ]
        if len(days) >= _DAYS_A_ROW_GROUP or (days and ordinal == cohort.ordinals[-1]):
            yield pa.concat_tables(days).combine_chunks()
            days = []


def _count_rejected(bucket: Bucket, rejected: Counter[tuple[str, str]]) -> None:
    if bucket.variant == "broken":
        rejected[bucket.collection, "broken_document"] += 1
    elif bucket.variant == "clock_reset":
        rejected[bucket.collection, "impossible_time"] += len(bucket.ts)
    else:
        for kind, _ in bucket.wrong.values():
            rejected[bucket.collection, kind] += 1


def _winners(
    resource: SampleCollection, device_id: str, owner: str | None, buckets: list[Bucket]
) -> pa.Table:
    """Return one row per instant: the higher confidence, then the higher value, wins."""
    kept = [bucket.accepted() for bucket in buckets]
    ts = np.concatenate([b.ts[k] for b, k in zip(buckets, kept, strict=True)])
    values = np.concatenate([b.values[k] for b, k in zip(buckets, kept, strict=True)])
    has_confidence = buckets[0].confidence is not None
    confidence = (
        np.concatenate([b.confidence[k] for b, k in zip(buckets, kept, strict=True)])  # type: ignore[index]
        if has_confidence
        else np.zeros(len(ts), dtype=np.int16)
    )
    if (np.diff(ts) <= 0).any():
        order = np.lexsort((values, confidence, ts))
        last = np.append(np.diff(ts[order]) != 0, True)
        ts, values, confidence = (column[order][last] for column in (ts, values, confidence))

    count = len(ts)
    columns = [
        pa.repeat(device_id, count),
        pa.repeat(pa.scalar(owner, pa.string()), count),
        pa.array(ts).cast(_INSTANT),
    ]
    if resource == "steps":
        columns.append(pa.array(values.astype(np.int32)))
    else:
        columns.append(pa.array(values.astype(np.float32)))
        columns.append(
            pa.array(confidence, pa.int16()) if has_confidence else pa.nulls(count, pa.int16())
        )
    return pa.table(columns, schema=SCHEMAS[resource])


def _sleeps_of(
    cohort: Cohort,
    someone: Person,
    owners: dict[str, str],
    rejected: Counter[tuple[str, str]],
) -> pa.Table:
    best: dict[tuple[str, int], Sleep] = {}
    for device_id, sleep in _all_sleeps(cohort, someone, rejected):
        key = (device_id, sleep.start_ms)
        if key not in best or sleep.end_ms > best[key].end_ms:
            best[key] = sleep
    rows = [
        {
            "device_id": device_id,
            "participant_id": owners.get(device_id),
            "start_ts": to_datetime(sleep.start_ms),
            "end_ts": to_datetime(sleep.end_ms),
            "duration_ms": sleep.duration_ms,
            "levels": sleep.levels
            and [
                {"ts": to_datetime(start), "level": level, "seconds": seconds}
                for start, level, seconds in sleep.levels
            ],
        }
        for (device_id, _), sleep in sorted(best.items())
    ]
    return pa.Table.from_pylist(rows, SCHEMAS["sleeps"])


def _all_sleeps(
    cohort: Cohort, someone: Person, rejected: Counter[tuple[str, str]]
) -> Iterator[tuple[str, Sleep]]:
    for ordinal in cohort.ordinals:
        for document in cohort.sleeps(someone, ordinal):
            if document.impossible:
                rejected["sleeps", "impossible_interval"] += 1
            for sleep in document.sleeps:
                yield document.device.device_id, sleep
