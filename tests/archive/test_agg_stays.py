"""stage and agg are what they were after raw has gone, whatever comes, until it is restored."""

import pytest
from tests.archive.conftest import NOW
from tests.dbt.warehouse import LOADING, at

from vitals.archive import restore
from vitals.archive.archiver import archive

pytestmark = pytest.mark.slow

P1 = {"user_id": "p1", "devices": ["d1"], "dob": at("1980-06-15").date()}
P2 = {"user_id": "p2", "devices": ["d2"]}
DAYS = ["2024-01-02", "2024-01-09", "2024-01-10", "2024-01-16", "2025-12-20"]
HEART_RATES = "iot__heart_rates"
# Midnight between two chunks lies inside this night.
BORDER_NIGHT = ("2023-12-31 22:00", "2024-01-01 06:00")


def fill(warehouse) -> None:
    warehouse.users(P1, P2)
    for device in ("d1", "d2"):
        warehouse.heart_rates(
            device, *((f"{day} {hour}:00", 60) for day in DAYS for hour in (10, 23))
        )
        warehouse.steps(device, *((f"{day} 10:00", 50) for day in DAYS))
        warehouse.sleeps(device, *((f"{day} 01:00", f"{day} 07:00") for day in DAYS), BORDER_NIGHT)
    warehouse.transform()


def move(warehouse, bucket, **options) -> dict[str, int]:
    summary = archive(warehouse.dsn, bucket, now=NOW, progress=lambda line: None, **options)
    return summary.outcomes


def deferred(warehouse) -> set[tuple[str, str]]:
    rows = warehouse.rows("select model_name, participant_id from stage.deferred_ranges")
    return {(row["model_name"], row["participant_id"]) for row in rows}


def test_only_what_stage_has_seen_goes_and_nothing_downstream_changes(warehouse, bucket):
    fill(warehouse)
    load_id = warehouse.heart_rates("d1", ("2024-01-09 10:00:30", 100))
    lines = []
    archive(warehouse.dsn, bucket, tables=[HEART_RATES], now=NOW, progress=lines.append)
    [waiting] = [line for line in lines if "has not taken in" in line]
    assert f"loads {load_id}" in waiting and "2024-01-04" in waiting
    old = f"select count(*) from raw.{HEART_RATES} where ts < '2025-01-01'"
    assert warehouse.values(old) == [9]
    warehouse.transform()
    assert warehouse.days("heart_rate_samples")["p1", "2024-01-09"] == 3

    before = warehouse.snapshot()
    assert move(warehouse, bucket)["archived"] >= 3
    assert warehouse.values("select distinct ts::date::text from raw.iot__heart_rates") == DAYS[-1:]
    assert set(warehouse.transform().values()) == {"UNCHANGED"}
    assert warehouse.snapshot() == before

    # Everything is made again: what can be read, and what was made of the rest stays.
    warehouse.dbt("run", *LOADING, "--full-refresh")
    assert warehouse.snapshot() == before
    assert ("heart_rate_minutes", "p1") in deferred(warehouse)


def test_a_late_row_does_not_make_its_day_shrink(warehouse, bucket):
    fill(warehouse)
    before = warehouse.snapshot()
    move(warehouse, bucket)

    warehouse.heart_rates("d1", ("2024-01-09 10:00:30", 100), ("2025-12-20 10:00:30", 70))
    warehouse.sleeps("d1", ("2024-01-01 05:00", "2024-01-01 08:00"))  # reaches out of the archive
    warehouse.transform()
    days = warehouse.days("heart_rate_samples")
    assert days["p1", "2024-01-09"] == 2  # as before
    assert days["p1", "2025-12-20"] == 3  # its rows are all there
    after = warehouse.snapshot()
    assert after["stage.sleep_sessions"] == before["stage.sleep_sessions"]
    assert after["stage.movement_minutes"] == before["stage.movement_minutes"]
    assert deferred(warehouse) >= {("heart_rate_minutes", "p1"), ("sleep_sessions", "p1")}
    assert not {one for one in deferred(warehouse) if one[1] == "p2"}

    # What came late is archived as well, and is not due once more.
    assert move(warehouse, bucket)["archived"] == 2
    warehouse.transform()
    assert warehouse.snapshot() == after


def test_who_changes_zone_or_device_keeps_the_archived_past(warehouse, bucket):
    fill(warehouse)
    before = warehouse.snapshot()
    move(warehouse, bucket)
    warehouse.users(
        {**P1, "devices": [], "time_zone": "Asia/Tokyo"}, {**P2, "devices": ["d2", "d1"]}
    )
    warehouse.transform()
    after = warehouse.snapshot()

    def archived(tables, name):
        return [row for row in tables[name] if row["minute"] < at("2025-12-01")]

    for name in ("stage.heart_rate_minutes", "stage.movement_minutes"):
        assert archived(after, name) == archived(before, name)
    live = {row["participant_id"] for row in after["stage.heart_rate_minutes"]
            if row["minute"] > at("2025-12-01")}  # fmt: skip
    assert live == {"p2"}


def test_what_is_restored_is_rebuilt_with_what_came_late(warehouse, bucket):
    fill(warehouse)
    move(warehouse, bucket)
    warehouse.heart_rates("d1", ("2024-01-09 10:00:30", 100))
    warehouse.sleeps("d2", ("2024-01-01 05:00", "2024-01-01 08:00"))
    warehouse.transform()
    move(warehouse, bucket)
    for manifest in restore.choose(bucket):
        restore.load_part(warehouse.dsn, bucket, manifest.key_in_bucket, rebuild=True, progress=str)
    warehouse.transform()
    assert deferred(warehouse) == set()
    assert warehouse.days("heart_rate_samples")["p1", "2024-01-09"] == 3
    assert warehouse.days("sleep_minutes")["p2", "2024-01-01"] == 600
    after = warehouse.snapshot()
    warehouse.dbt("run", *LOADING, "--full-refresh")
    assert warehouse.snapshot() == after
    # And back it goes, without another upload: nothing was added since. It is away again then, as
    # in the first of these tests.
    assert set(move(warehouse, bucket)) == {"dropped"}
    away = "select distinct subject_id from archive.absent_ranges order by 1"
    assert warehouse.values(away) == ["d1", "d2"]
