"""Which slice of the document store a run reads."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from vitals.orchestration import extract
from vitals.orchestration.extract import Slice, backfill_slice, requested_slice

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
OSLO = "Europe/Oslo"


def local_day(year: int, month: int, day: int) -> tuple[datetime, datetime]:
    """The data interval of a backfill run, in UTC as Airflow gives it."""
    start = datetime(year, month, day, tzinfo=ZoneInfo(OSLO))
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_a_form_without_instants_reads_by_mode(mode):
    params = {"mode": mode, "start": None, "end": None}
    assert requested_slice(params, NOW) == Slice(mode)


def test_a_form_with_instants_reads_a_window():
    params = {"mode": "incremental", "start": "2025-05-01T00:00:00+02:00", "end": "2025-05-02"}
    assert requested_slice(params, NOW) == Slice(
        "window", datetime(2025, 4, 30, 22, tzinfo=UTC), datetime(2025, 5, 2, tzinfo=UTC)
    )
    assert requested_slice({**params, "end": None}, NOW).end == NOW


def test_the_log_says_what_is_read():
    assert str(Slice("incremental")) == "documents that are new"
    assert str(Slice("full")) == "every document"
    assert str(Slice("window", NOW - timedelta(days=1), NOW)) == (
        "documents created from 2025-05-31 12:00:00+00:00 until 2025-06-01 12:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (None, "2025-05-02T00:00:00Z", "needs its start"),
        ("2025-05-02T00:00:00Z", "2025-05-01T00:00:00Z", "before it starts"),
        ("2025-07-01T00:00:00Z", None, "before it starts"),
        ("2026-13-01", None, r"`start` is '2026-13-01'.* YYYY-MM-DD"),
    ],
)
def test_an_impossible_window_is_refused(start, end, message):
    with pytest.raises(ValueError, match=message):
        requested_slice({"mode": "incremental", "start": start, "end": end}, NOW)


def test_a_backfill_run_reads_its_own_day():
    start, end = local_day(2025, 3, 30)  # 23 hours long
    assert backfill_slice("day", start, end, OSLO) == Slice("window", start, end)


def test_the_first_day_stands_for_its_month_and_year():
    january, march = local_day(2025, 1, 1), local_day(2025, 3, 1)
    assert backfill_slice("month", *march, OSLO).end == local_day(2025, 4, 1)[0]
    assert backfill_slice("month", *local_day(2025, 12, 1), OSLO).end == local_day(2026, 1, 1)[0]
    assert backfill_slice("year", *january, OSLO).end == local_day(2026, 1, 1)[0]


def test_other_days_are_left_to_the_first():
    assert backfill_slice("month", *local_day(2025, 3, 2), OSLO) is None
    assert backfill_slice("year", *local_day(2025, 3, 1), OSLO) is None


def test_months_without_gap_or_overlap_in_a_zone_with_clock_changes():
    starts = [local_day(2025, month, 1) for month in range(1, 13)]
    slices = [backfill_slice("month", *day, OSLO) for day in starts]
    assert [piece.end for piece in slices[:-1]] == [piece.start for piece in slices[1:]]


@pytest.mark.slow
def test_a_store_that_is_down_is_an_error_of_one_line(warehouse_dsn, free_port, monkeypatch):
    uri = f"mongodb://127.0.0.1:{free_port()}/iot?serverSelectionTimeoutMS=200"
    params = {"mode": "incremental", "start": None, "end": None, "collections": None}
    run = SimpleNamespace(run_type="manual", run_id="r", dag_id="iot_raw_extract")
    context = {"params": params, "dag_run": run, "run_id": "r", "dag": run, "ti": run}
    monkeypatch.setattr(extract, "get_current_context", lambda: context)
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", warehouse_dsn)
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_MONGO", uri)
    with pytest.raises(AirflowException, match="cannot read MongoDB at 127.0.0.1") as refused:
        extract.extract_iot.function()
    assert "Topology" not in str(refused.value) and refused.value.__suppress_context__
    assert not isinstance(refused.value, AirflowFailException)  # it is tried again
