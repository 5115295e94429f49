"""MongoDB -> raw: which slice a run reads, and the task that reads it.

A scheduled or manual run reads what is new, or what its form asks for. A run of an Airflow backfill
reads the interval it stands for.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from vitals.orchestration import forms
from vitals.orchestration.assets import RAW_IOT
from vitals.orchestration.connections import mongo_uri, warehouse_dsn
from vitals.orchestration.defaults import schedule_time_zone
from vitals.orchestration.runs import load_run_id
from vitals.sources.iot import SPEC

log = logging.getLogger(__name__)

COLLECTIONS = list(SPEC.resources)

EXTRACT_PARAMS = {
    "mode": Param(
        "incremental",
        enum=["incremental", "full"],
        title="Mode",
        description="incremental: what is new since the last run. full: every document again, "
        "which changes nothing that is already right.",
    ),
    "start": forms.instant(
        "From",
        "Read only documents created at or after this instant, whether they were read before "
        "or not.",
    ),
    "end": forms.instant(
        "Until", "Read only documents created before this instant. Now, if left empty."
    ),
    "collections": forms.several_of(
        COLLECTIONS, "Collections", "Which collections to read.", chosen=COLLECTIONS
    ),
}

BACKFILL_PARAMS = {
    "interval": Param(
        "day",
        enum=["day", "month", "year"],
        title="Backfill by",
        description="How much one run of a backfill reads: its own day, or the whole month or "
        "year that begins with it. By month or year, let the backfill begin on the first day of "
        "one; runs of the other days are skipped.",
    ),
}


@dataclass(frozen=True)
class Slice:
    """What to read: `mode` as in raw.loads, and the window [start, end) if it is "window"."""

    mode: str
    start: datetime | None = None
    end: datetime | None = None

    def __str__(self) -> str:
        if self.mode == "window":
            return f"documents created from {self.start} until {self.end}"
        return "every document" if self.mode == "full" else "documents that are new"


def requested_slice(params: Mapping[str, Any], now: datetime) -> Slice:
    """What the form of a run asks for. Instants without an offset are taken as UTC.

    Raises:
        ValueError: the window ends before it starts, has no start, or one of them is no instant.
    """
    start, end = forms.read_instant(params, "start"), forms.read_instant(params, "end")
    if start is None and end is None:
        return Slice(params["mode"])
    if start is None:
        raise ValueError("a window needs its start: set `start`, or leave `end` empty as well")
    end = end or now
    if start >= end:
        raise ValueError(f"the window ends ({end}) before it starts ({start})")
    return Slice("window", start, end)


def backfill_slice(interval: str, start: datetime, end: datetime, time_zone: str) -> Slice | None:
    """What a backfill run for [start, end) reads; None if another day's run reads it.

    Args:
        interval: "day", "month" or "year".
        start: begin of the run's data interval.
        end: its end.
        time_zone: IANA zone in which months and years begin.
    """
    if interval == "day":
        return Slice("window", start, end)
    first = start.astimezone(ZoneInfo(time_zone))
    if first.day != 1 or (interval == "year" and first.month != 1):
        return None
    if interval == "year":
        return Slice("window", start, first.replace(year=first.year + 1))
    following = first.replace(day=1) + timedelta(days=32)
    return Slice("window", start, following.replace(day=1))


@task(task_id="extract", max_active_tis_per_dag=1)
def extract_iot() -> dict[str, int]:
    """Load a slice of the document store; returns what was read, loaded, rejected and so on."""
    from vitals.load import iot
    from vitals.sources.iot.client import SourceError
    from vitals.warehouse import WarehouseError

    context = get_current_context()
    wanted = _slice_of_run(context)
    collections = context["params"].get("collections") or COLLECTIONS
    log.info("reading %s in %s", wanted, ", ".join(collections))
    try:
        summary = iot.extract_and_load(
            warehouse_dsn=warehouse_dsn(),
            mongo_uri=mongo_uri(),
            mode=wanted.mode,
            start=wanted.start,
            end=wanted.end,
            run_id=load_run_id(context),
            collections=collections,
            progress=log.info,
        )
    except (SourceError, WarehouseError) as error:
        # Without the driver's own error, the log ends with the line that says what is wrong.
        raise AirflowException(str(error)) from None
    counts = summary.counts
    if RAW_IOT in context["task"].outlets:
        if not counts["days_touched"]:
            raise AirflowSkipException("nothing new: no event for the layers downstream")
        context["outlet_events"][RAW_IOT].extra.update(counts)
    return counts


def _slice_of_run(context: Any) -> Slice:
    params = context["params"]
    if context["dag_run"].run_type != "backfill":
        try:
            return requested_slice(params, datetime.now(UTC))
        except ValueError as error:
            raise AirflowFailException(str(error)) from None  # trying again would not help
    start, end = context["data_interval_start"], context["data_interval_end"]
    found = backfill_slice(params["interval"], start, end, schedule_time_zone())
    if found is None:
        raise AirflowSkipException(
            f"{start:%Y-%m-%d} is read by the run for the first day of its {params['interval']}"
        )
    return found
