"""Sources that write local wall-clock time as if it were UTC: stage finds the instants."""

import pytest
from tests.dbt.warehouse import at

pytestmark = pytest.mark.slow

HISTORY = [
    {"valid_from": "2025-01-01T00:00:00+00:00", "time_zone": "Europe/Oslo"},
    # On arrival in New York at 10:00 UTC clocks go back from noon to six in the morning.
    {"valid_from": "2025-06-10T10:00:00+00:00", "time_zone": "America/New_York"},
]


@pytest.fixture
def wall_time(warehouse):
    """A warehouse whose sleeps and heart rates are in wall-clock time."""
    warehouse.environment["IOT__LOCAL_TIME_COLLECTIONS"] = "sleeps, heart_rates"
    warehouse.manifest = warehouse.parse()
    warehouse.dbt("run", "--select", "tag:static")
    warehouse.users({"user_id": "p1", "devices": ["d1"], "time_zone": HISTORY})
    return warehouse


def test_wall_time_is_read_in_the_zone_of_the_owner(wall_time):
    levels = [("2025-03-30 01:30", "light", 3600), ("2025-03-30 04:00", "wake", 600)]
    # The night in which clocks go forward: from 23:00 to 07:00 on the clock is seven hours.
    wall_time.sleeps("d1", ("2025-03-29 23:00", "2025-03-30 07:00", levels))
    wall_time.heart_rates(
        "d1", ("2025-06-10 11:59", 60), ("2025-06-10 05:00", 61), ("2025-06-10 06:00", 70)
    )
    wall_time.transform()

    [sleep] = wall_time.rows("select * from stage.sleep_sessions")
    assert (sleep["start_ts"], sleep["end_ts"]) == (at("2025-03-29 22:00"), at("2025-03-30 05:00"))
    assert (sleep["in_bed_minutes"], sleep["awake_minutes"]) == (420, 10)
    samples = wall_time.rows("select ts, bpm, local_ts::text from stage.heart_rate_samples")
    assert {row["bpm"]: row["ts"] for row in samples} == {
        61: at("2025-06-10 03:00"),  # in Oslo
        70: at("2025-06-10 10:00"),  # in New York, where the clock shows 6:00 again
        60: at("2025-06-10 15:59"),
    }


def test_late_wall_time_rebuilds_what_a_full_refresh_builds(wall_time):
    wall_time.heart_rates("d1", ("2025-06-09 23:30", 60))
    wall_time.sleeps("d1", ("2025-06-09 22:00", "2025-06-10 05:00"))
    wall_time.transform()
    wall_time.heart_rates("d1", ("2025-06-10 20:30", 70), ("2025-06-09 22:30", 80))
    wall_time.sleeps("d1", ("2025-06-10 05:00", "2025-06-10 05:30"))
    wall_time.users({"user_id": "p1", "devices": ["d1"], "time_zone": HISTORY[:1]})
    wall_time.transform()

    incremental = wall_time.snapshot()
    assert len(incremental["stage.sleep_sessions"]) == 1
    wall_time.transform("--exclude", "tag:static", "--full-refresh")
    assert wall_time.snapshot() == incremental


def test_a_change_of_the_setting_reaches_every_table(warehouse):
    warehouse.users({"user_id": "p1", "devices": ["d1"], "time_zone": "America/New_York"})
    warehouse.heart_rates("d1", ("2025-07-01 02:00", 60))
    warehouse.transform()
    assert set(warehouse.days("wear_minutes")) == {("p1", "2025-06-30")}

    warehouse.environment["IOT__LOCAL_TIME_COLLECTIONS"] = "heart_rates"
    warehouse.manifest = warehouse.parse()
    warehouse.dbt("run", "--select", "tag:static")
    warehouse.transform()
    assert warehouse.values("select minute from stage.heart_rate_minutes") == [
        at("2025-07-01 06:00")
    ]
    assert set(warehouse.days("wear_minutes")) == {("p1", "2025-07-01")}
    months = warehouse.values("select month_start::text from agg.monthly_health")
    assert months == ["2025-07-01"]
