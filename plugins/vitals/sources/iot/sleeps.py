"""Documents of `sleeps` -> one row for each sleep, with its stages as JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from vitals.sources.iot import instants, schema
from vitals.sources.iot.documents import RawDocument
from vitals.sources.iot.reader import Reader
from vitals.sources.iot.samples import KNOWN_FIELDS, TIMESTAMP, array_refusal, refuse_document
from vitals.sources.iot.schema import FieldProblem, Sleep
from vitals.sources.iot.users import refusals
from vitals.sources.rejected import to_json

SLEEPS = pa.schema(
    [
        pa.field("device_id", pa.string(), nullable=False),
        pa.field("start_ts", TIMESTAMP, nullable=False),
        pa.field("end_ts", TIMESTAMP, nullable=False),
        pa.field("duration_ms", pa.int64()),
        pa.field("levels", pa.string()),
        pa.field("extra", pa.string()),
    ]
)

LONGEST = timedelta(hours=24)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

# A sleep with its stages takes about as much memory as this many samples.
_ROW_WEIGHT = 100


class SleepReader(Reader):
    """Collects the sleeps of a slice; which of two for one key stands, the warehouse decides."""

    def __init__(self, now_micros: int) -> None:
        super().__init__()
        self.latest = instants.to_datetime(now_micros) + timedelta(days=1)
        self._rows: list[dict[str, Any]] = []

    def _rows_weight(self) -> int:
        return _ROW_WEIGHT * len(self._rows)

    def add(self, documents: Sequence[RawDocument]) -> None:
        """Validate every sleep of every document."""
        for document in documents:
            extra = {name: document.value(name) for name in document.fields.keys() - KNOWN_FIELDS}
            self.unknown_fields |= extra.keys()
            refusal = array_refusal(document)
            if refusal:
                self.rows_read += 1
                self.rejected.append(refuse_document(document, *refusal))
                continue
            for position, element in enumerate(document.value("metrics")):
                record_id = f"{document.document_id()}#{position}"
                self._add_sleep(document.device_id(), record_id, element, extra)

    def _add_sleep(
        self, device_id: str, record_id: str, element: Any, document_extra: dict[str, Any]
    ) -> None:
        self.rows_read += 1
        values = element if isinstance(element, dict) else {"sleep": element}
        sleep, problems = schema.validate(Sleep, values)
        if sleep:
            fatal = self._check_interval(sleep)
            sleep, problems = (None, [fatal]) if fatal else (sleep, problems)
        payload = {"device_id": device_id, **values}
        self.rejected += refusals(record_id, payload, sleep is not None, problems)
        if sleep:
            self.unknown_fields |= {f"metrics.{name}" for name in sleep.extra or {}}
            self._rows.append(_row(device_id, sleep, document_extra))
            self._compare_duration(sleep)

    def _check_interval(self, sleep: Sleep) -> FieldProblem | None:
        """The problem of a sleep whose fields are good one by one."""
        if sleep.start_ts < EARLIEST:
            reason = "start_ts is before the year 2000: check the clock of the device or the unit"
            return FieldProblem("start_ts", reason, fatal=True)
        if sleep.end_ts > self.latest:
            reason = "end_ts is more than a day in the future: correct the clock of the device"
            return FieldProblem("end_ts", reason, fatal=True)
        if sleep.end_ts <= sleep.start_ts:
            reason = "end_ts is not after start_ts: a sleep is the interval from start to end"
            return FieldProblem("end_ts", reason, fatal=True)
        if sleep.end_ts - sleep.start_ts > LONGEST:
            reason = "the sleep is longer than 24 hours: check start_ts and end_ts"
            return FieldProblem("end_ts", reason, fatal=True)
        return None

    def _compare_duration(self, sleep: Sleep) -> None:
        # The interval counts; a duration that differs only tells of a careless source.
        interval_ms = (sleep.end_ts - sleep.start_ts) / timedelta(milliseconds=1)
        if sleep.duration is not None and abs(sleep.duration - interval_ms) > 60_000:
            self.notes["duration differs from end_ts - start_ts by more than a minute"] += 1

    def table(self) -> tuple[pa.Table, int]:
        """See `Reader`."""
        rows = sorted(self._rows, key=lambda row: (row["device_id"], row["start_ts"]))
        return pa.Table.from_pylist(rows, schema=SLEEPS), 0


def _row(device_id: str, sleep: Sleep, document_extra: dict[str, Any]) -> dict[str, Any]:
    extra = {**document_extra, **(sleep.extra or {})}
    return {
        "device_id": device_id,
        "start_ts": sleep.start_ts,
        "end_ts": sleep.end_ts,
        "duration_ms": None if sleep.duration is None else round(sleep.duration),
        "levels": _levels(sleep),
        "extra": to_json(extra) if extra else None,
    }


def _levels(sleep: Sleep) -> str | None:
    """The stages in order of time; NULL where the source gives none."""
    if not sleep.levels:
        return None
    stages = [
        {"ts": stage.ts, "level": stage.level, "seconds": _short(stage.seconds)}
        for stage in sleep.levels
    ]
    return to_json(sorted(stages, key=lambda stage: (stage["ts"], stage["level"])))


def _short(number: float) -> float | int:
    return int(number) if number.is_integer() else number
