"""Only what was touched is rebuilt, and no history of loads ends in other rows than a rebuild."""

from datetime import timedelta
from random import Random

import pytest
from tests.dbt.warehouse import at
from tests.full import IS_FULL

P1 = {"user_id": "p1", "devices": ["d1"], "dob": at("1980-06-15").date()}
P2 = {"user_id": "p2", "devices": ["d2"]}


def test_raw_rows_become_days_weeks_and_months(warehouse):
    warehouse.users(P1)
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60), ("2025-06-10 10:00:30", 70))
    warehouse.steps("d1", ("2025-06-10 10:00", 12))
    warehouse.sleeps(
        "d1", ("2025-06-09 22:00", "2025-06-10 06:00", [("2025-06-10 02:00", "wake", 600)])
    )
    warehouse.transform()

    [day] = warehouse.rows("select * from agg.daily_health")
    [week] = warehouse.rows("select * from agg.weekly_health")
    [month] = warehouse.rows("select * from agg.monthly_health")
    assert (day["heart_rate_mean_bpm"], day["steps"], day["sleep_minutes"]) == (65, 12, 470)
    assert (day["hr_zone_light_minutes"], day["wear_minutes"]) == (1, 1)
    assert (str(week["week_start"]), week["steps_total"]) == ("2025-06-09", 12)
    assert (str(month["month_start"]), month["heart_rate_mean_bpm"]) == ("2025-06-01", 65)
    [steps] = warehouse.rows("select steps, device_ids from agg.daily_steps_last_month")
    assert steps == {"steps": 12, "device_ids": ["d1"]}


def test_nothing_new_changes_nothing(warehouse):
    warehouse.users(P1)
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.transform()
    before = warehouse.days("computed_at")
    # As a change of the project leaves it that did not concern any model.
    warehouse.connection.execute("update stage.load_progress set taken_at = '-infinity'")

    assert set(warehouse.transform().values()) == {"UNCHANGED"}
    assert warehouse.days("computed_at") == before
    assert warehouse.values("select min(taken_at) > '-infinity' from stage.load_progress") == [True]


def test_late_data_rebuild_their_day_only(warehouse):
    warehouse.users(P1, P2)
    for device in ("d1", "d2"):
        warehouse.heart_rates(device, *((f"2025-06-{day:02} 10:00", 60) for day in range(1, 28)))
    warehouse.transform()
    before = warehouse.days("computed_at")

    warehouse.heart_rates("d1", ("2025-06-12 10:00:30", 80))
    done = warehouse.transform()

    changed = {
        day for day, computed in warehouse.days("computed_at").items() if computed != before[day]
    }
    assert changed == {("p1", "2025-06-12")}
    assert warehouse.days("heart_rate_mean_bpm")["p1", "2025-06-12"] == 70
    assert done["heart_rate_minutes"] == "INSERT 0 1"
    assert done["movement_minutes"] == "INSERT 0 0"
    assert (done["weekly_health"], done["monthly_health"]) == ("INSERT 0 1", "INSERT 0 1")


@pytest.mark.slow
def test_a_load_that_still_runs_is_left_for_later(warehouse):
    warehouse.users(P1)
    warehouse.transform()
    load_id = warehouse.heart_rates("d1", ("2025-06-10 10:00", 60), status="running")
    warehouse.transform()
    assert warehouse.days("wear_minutes") == {}

    warehouse.load("heart_rates")  # finishes first
    warehouse.transform()
    warehouse.connection.execute(
        "update raw.loads set status = 'interrupted' where load_id = %s", [load_id]
    )
    warehouse.transform()
    assert warehouse.days("wear_minutes") == {("p1", "2025-06-10"): 1}


@pytest.mark.slow
def test_a_device_counts_from_the_moment_somebody_claims_it(warehouse):
    warehouse.users(P1)
    warehouse.heart_rates("d9", ("2025-06-10 10:00", 60))
    warehouse.transform()
    assert warehouse.days("wear_minutes") == {}
    assert warehouse.values("select device_id from stage.unowned_devices") == ["d9"]

    warehouse.users({**P1, "devices": ["d1", "d9"]})
    warehouse.transform()
    assert warehouse.days("wear_minutes") == {("p1", "2025-06-10"): 1}
    assert warehouse.values("select device_id from stage.unowned_devices") == []


@pytest.mark.slow
def test_a_device_takes_its_history_to_its_new_owner(warehouse):
    warehouse.users(P1, P2)
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.sleeps("d1", ("2025-06-10 22:00", "2025-06-11 06:00"))
    warehouse.transform()

    warehouse.users({**P2, "devices": ["d1"], "created_at": at("2025-02-01")})
    warehouse.transform()
    assert set(warehouse.days("steps")) == {("p2", "2025-06-10"), ("p2", "2025-06-11")}
    assert warehouse.values("select participant_id from agg.monthly_health") == ["p2"]


@pytest.mark.slow
def test_a_new_zone_history_moves_the_days(warehouse):
    warehouse.users({**P1, "time_zone": "Europe/Oslo"})
    warehouse.heart_rates("d1", ("2025-05-31 21:30", 60), ("2025-05-31 22:30", 70))
    warehouse.transform()
    assert warehouse.days("heart_rate_max_bpm") == {
        ("p1", "2025-05-31"): 60,
        ("p1", "2025-06-01"): 70,
    }

    history = [
        {"valid_from": "2025-01-01T00:00:00+00:00", "time_zone": "Europe/Oslo"},
        {"valid_from": "2025-05-31T22:00:00+00:00", "time_zone": "America/New_York"},
    ]
    warehouse.users({**P1, "time_zone": history})
    warehouse.transform()
    assert warehouse.days("heart_rate_max_bpm") == {("p1", "2025-05-31"): 70}
    assert warehouse.days("timezone") == {("p1", "2025-05-31"): "America/New_York"}
    assert len(warehouse.values("select 1 from agg.monthly_health")) == 1


@pytest.mark.slow
def test_a_change_that_no_figure_depends_on_rebuilds_nothing(warehouse):
    warehouse.users(P1)
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.transform()

    warehouse.users({**P1, "email": "new@example.org"})
    assert warehouse.transform()["heart_rate_minutes"] == "INSERT 0 0"
    assert warehouse.values("select version from stage.dim_participant where version > 0") == [1, 2]


@pytest.mark.slow
def test_a_day_that_loses_its_data_disappears(warehouse):
    warehouse.users(P1)
    warehouse.sleeps("d1", ("2025-06-30 20:00", "2025-06-30 23:50"))
    warehouse.transform()
    assert warehouse.days("sleep_minutes") == {("p1", "2025-06-30"): 230}

    warehouse.sleeps("d1", ("2025-06-30 20:00", "2025-07-01 04:00"))
    warehouse.transform()
    assert warehouse.days("sleep_minutes") == {("p1", "2025-07-01"): 480}
    assert warehouse.values("select month_start::text from agg.monthly_health") == ["2025-07-01"]


@pytest.mark.slow
def test_a_sleep_that_closes_a_gap_merges_both_sides(warehouse):
    warehouse.users(P1)
    warehouse.sleeps(
        "d1", ("2025-06-09 20:00", "2025-06-09 23:00"), ("2025-06-10 01:00", "2025-06-10 06:00")
    )
    warehouse.transform()
    assert set(warehouse.days("sleep_sessions")) == {("p1", "2025-06-09"), ("p1", "2025-06-10")}

    warehouse.sleeps("d1", ("2025-06-09 23:00", "2025-06-10 01:00"))
    warehouse.transform()
    assert warehouse.days("sleep_minutes") == {("p1", "2025-06-10"): 600}


@pytest.mark.slow
def test_a_heart_rate_in_the_evening_changes_the_sleep_of_the_next_day(warehouse):
    warehouse.users(P1)
    warehouse.sleeps("d1", ("2025-06-09 22:00", "2025-06-10 06:00"))
    warehouse.transform()
    warehouse.heart_rates("d1", ("2025-06-09 22:30", 50))
    warehouse.transform()
    assert warehouse.days("sleep_heart_rate_mean_bpm")["p1", "2025-06-10"] == 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4 if IS_FULL else 1))
def test_any_history_ends_in_the_rows_of_a_full_rebuild(warehouse, seed):
    chance = Random(seed)
    warehouse.users(P1, P2)
    warehouse.transform()
    for _ in range(5):
        for _ in range(chance.randint(1, 5)):
            _random_load(warehouse, chance)
        warehouse.transform()

    incremental = warehouse.snapshot()
    # The watch knows no activities and no measurements.
    assert sum(map(bool, incremental.values())) == 7
    warehouse.transform("--exclude", "tag:static", "--full-refresh")
    assert warehouse.snapshot() == incremental


def _random_load(warehouse, chance: Random) -> None:
    """Something that may happen in two weeks around a change of clocks and of the month."""
    device = chance.choice(["d1", "d2", "d3", "d4"])

    def instant() -> str:
        moment = at("2025-03-24 00:00") + timedelta(seconds=chance.randrange(14 * 86400))
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def later(start: str) -> str:
        return (at(start) + timedelta(minutes=chance.randint(30, 720))).strftime("%Y-%m-%d %H:%M")

    kind = chance.choice(["heart", "heart", "steps", "steps", "sleep", "sleep", "user"])
    if kind == "heart":
        samples = {instant(): chance.randint(100, 400) / 3 for _ in range(20)}
        warehouse.heart_rates(device, *samples.items())
    elif kind == "steps":
        warehouse.steps(device, *{instant(): chance.randint(0, 90) for _ in range(20)}.items())
    elif kind == "sleep":
        start = instant()
        stages = [(start, chance.choice(["wake", "deep", "rem", "light"]), 1234)]
        warehouse.sleeps(device, (start, later(start), stages * chance.randint(0, 1)))
    else:
        zones = [
            {"valid_from": at(instant()).isoformat(), "time_zone": name}
            for name in ("Europe/Oslo", "Pacific/Auckland", "Pacific/Honolulu")
        ]
        warehouse.users(
            {
                "user_id": chance.choice(["p1", "p2", "p3"]),
                "devices": chance.sample(["d1", "d2", "d3", "d4"], 2),
                "age": chance.choice([None, 40]),
                "time_zone": zones[: chance.randint(1, 3)],
                "created_at": at(instant()),
            }
        )
