"""The oracle against cases small enough to be worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from tests.oracle.definitions import (
    Truth,
    completed_years,
    daily_health,
    monthly_health,
    weekly_health,
)

INSTANT = pl.Datetime("ms", "UTC")
SCHEMAS = {
    "participants": {
        "participant_id": pl.String,
        "date_of_birth": pl.Date,
        "age": pl.Int32,
        "created_at": INSTANT,
    },
    "time_zones": {"participant_id": pl.String, "valid_from": INSTANT, "time_zone": pl.String},
    "heart_rates": {
        "participant_id": pl.String,
        "device_id": pl.String,
        "ts": INSTANT,
        "bpm": pl.Float32,
    },
    "steps": {
        "participant_id": pl.String,
        "device_id": pl.String,
        "ts": INSTANT,
        "steps": pl.Int32,
    },
    "sleeps": {
        "participant_id": pl.String,
        "device_id": pl.String,
        "start_ts": INSTANT,
        "end_ts": INSTANT,
        "levels": pl.List(pl.Struct({"ts": INSTANT, "level": pl.String, "seconds": pl.Int32})),
    },
}
OSLO = [("p", "2020-01-01T00:00", "Europe/Oslo")]
UTC_ZONE = [("p", "2020-01-01T00:00", "UTC")]
BORN_2000 = [("p", date(2000, 1, 1), None, datetime(2024, 1, 1, tzinfo=UTC))]


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def truth(people=BORN_2000, zones=UTC_ZONE, heart=(), steps=(), sleeps=()) -> Truth:
    """Facts of participant "p".

    zones: (participant, valid from, zone); heart and steps: (instant, value, device = "a");
    sleeps: (start, end, levels = None, device = "a") with levels (instant, stage, seconds).
    """
    rows = {
        "participants": list(people),
        "time_zones": [(who, at(since), zone) for who, since, zone in zones],
        "heart_rates": [sample(*one) for one in heart],
        "steps": [sample(*one) for one in steps],
        "sleeps": [sleep(*one) for one in sleeps],
    }
    return Truth(
        **{
            name: pl.DataFrame(rows[name], schema=schema, orient="row")
            for name, schema in SCHEMAS.items()
        }
    )


def sample(ts: str, value: float, device: str = "a") -> tuple:
    return "p", device, at(ts), value


def sleep(start: str, end: str, levels: list | None = None, device: str = "a") -> tuple:
    stages = levels and [
        {"ts": at(ts), "level": level, "seconds": seconds} for ts, level, seconds in levels
    ]
    return "p", device, at(start), at(end), stages


def every_minute(start: str, minutes: int, bpm: float = 60.0) -> list[tuple[str, float]]:
    """One heart-rate sample a minute."""
    first = datetime.fromisoformat(start)
    return [((first + timedelta(minutes=n)).isoformat(), bpm) for n in range(minutes)]


def days(facts: Truth, **options) -> dict[date, dict]:
    """Daily rows by date."""
    return {row["local_date"]: row for row in daily_health(facts, **options).to_dicts()}


def only_day(facts: Truth) -> dict:
    """The row of the only day there is."""
    (row,) = daily_health(facts).to_dicts()
    return row


@pytest.mark.parametrize(
    ("zone", "start", "day", "minutes"),
    [
        ("Europe/Oslo", "2025-03-29T23:00", date(2025, 3, 30), 23 * 60),
        ("Europe/Oslo", "2025-10-25T22:00", date(2025, 10, 26), 25 * 60),
        ("America/New_York", "2025-03-09T05:00", date(2025, 3, 9), 23 * 60),
        ("Australia/Adelaide", "2025-04-05T13:30", date(2025, 4, 6), 25 * 60),
        ("Asia/Kolkata", "2025-03-29T18:30", date(2025, 3, 30), 24 * 60),
    ],
)
def test_local_days_have_as_many_minutes_as_the_clock_showed(zone, start, day, minutes):
    a_minute_more = datetime.fromisoformat(start) - timedelta(minutes=1)
    found = days(
        truth(
            zones=[("p", "2020-01-01T00:00", zone)],
            heart=every_minute(a_minute_more.isoformat(), minutes + 2),
        )
    )
    assert found[day]["wear_minutes"] == minutes
    assert [row["wear_minutes"] for row in found.values()] == [1, minutes, 1]


def test_a_travellers_day_follows_the_zone_at_each_sample():
    zones = [*OSLO, ("p", "2025-05-01T20:00", "Asia/Tokyo")]
    found = days(
        truth(zones=zones, heart=[("2025-05-01T19:59:59", 60), ("2025-05-01T20:00:00", 70)])
    )
    assert {day: row["timezone"] for day, row in found.items()} == {
        date(2025, 5, 1): "Europe/Oslo",
        date(2025, 5, 2): "Asia/Tokyo",
    }


def test_the_timezone_of_a_day_is_the_one_at_its_last_instant():
    zones = [*OSLO, ("p", "2025-05-01T10:00", "Europe/Lisbon")]
    row = only_day(truth(zones=zones, heart=[("2025-05-01T09:00", 60), ("2025-05-01T11:00", 60)]))
    assert row["timezone"] == "Europe/Lisbon"


def test_before_the_first_entry_of_a_history_its_zone_holds():
    zones = [("p", "2025-05-01T00:00", "Asia/Tokyo"), ("p", "2025-06-01T00:00", "UTC")]
    row = only_day(truth(zones=zones, steps=[("2025-04-01T23:00", 5)]))
    assert (row["local_date"], row["timezone"]) == (date(2025, 4, 2), "Asia/Tokyo")


def test_without_a_zone_the_default_holds():
    found = days(truth(zones=[], steps=[("2025-04-01T23:00", 5)]), default_time_zone="Asia/Kolkata")
    assert found[date(2025, 4, 2)]["timezone"] == "Asia/Kolkata"


def test_mean_is_over_minutes_and_extremes_are_over_samples():
    heart = [("2025-05-01T10:00:01", 60), *[(f"2025-05-01T10:01:{s:02}", 90) for s in range(9)]]
    heart.append(("2025-05-01T10:01:59", 100))
    row = only_day(truth(heart=heart))
    assert row["heart_rate_samples"] == 11
    assert row["heart_rate_mean_bpm"] == (60 + (9 * 90 + 100) / 10) / 2
    assert (row["heart_rate_min_bpm"], row["heart_rate_max_bpm"]) == (60, 100)
    assert row["wear_minutes"] == 2


def test_two_devices_share_minutes_of_heart_rate_and_do_not_add_steps():
    row = only_day(
        truth(
            heart=[("2025-05-01T10:00:01", 60, "a"), ("2025-05-01T10:00:02", 80, "b")],
            steps=[
                ("2025-05-01T10:00", 50, "a"),
                ("2025-05-01T10:00:30", 8, "a"),
                ("2025-05-01T10:00", 57, "b"),
                ("2025-05-01T10:01", 10, "a"),
                ("2025-05-01T10:01", 30, "b"),
            ],
        )
    )
    assert (row["wear_minutes"], row["heart_rate_mean_bpm"]) == (1, 70)
    assert row["steps"] == 58 + 30


def test_what_was_not_measured_is_null_and_what_was_is_not():
    row = only_day(truth(steps=[("2025-05-01T10:00", 0)]))
    assert row["steps"] == 0
    assert row["is_valid_day"] is False
    assert all(
        row[column] is None
        for column in (
            "wear_minutes",
            "heart_rate_samples",
            "heart_rate_mean_bpm",
            "hr_zone_light_minutes",
            "sleep_sessions",
            "sleep_minutes",
            "sleep_heart_rate_mean_bpm",
        )
    )


@pytest.mark.parametrize(("minutes", "valid"), [(599, False), (600, True)])
def test_a_valid_day_has_ten_hours(minutes, valid):
    assert only_day(truth(heart=every_minute("2025-05-01T00:00", minutes)))["is_valid_day"] is valid


def test_zones_are_half_open():
    # 20 years old: a maximum of 200, limits at 100, 140 and 170.
    people = [("p", date(2005, 5, 1), None, at("2024-01-01T12:00"))]
    rates = [99.5, 100, 139.5, 140, 169.5, 170, 30]
    heart = [(f"2025-05-01T10:{n:02}", bpm) for n, bpm in enumerate(rates)]
    row = only_day(truth(people=people, heart=heart))
    assert [row[f"hr_zone_{z}_minutes"] for z in ("light", "moderate", "vigorous", "peak")] == [
        2,
        2,
        2,
        1,
    ]


def test_age_is_that_of_the_local_date():
    # The 20th birthday lowers the maximum to 200, so that 100 becomes moderate.
    people = [("p", date(2005, 5, 2), None, at("2024-01-01T12:00"))]
    found = days(
        truth(
            people=people, zones=OSLO, heart=[("2025-05-01T21:59", 100), ("2025-05-01T22:00", 100)]
        )
    )
    assert found[date(2025, 5, 1)]["hr_zone_light_minutes"] == 1
    assert found[date(2025, 5, 2)]["hr_zone_moderate_minutes"] == 1


def test_a_stated_age_grows_with_the_years_since():
    people = [("p", None, 19, at("2024-05-02T12:00"))]
    found = days(truth(people=people, heart=[("2025-05-01T12:00", 100), ("2025-05-02T12:00", 100)]))
    assert found[date(2025, 5, 1)]["hr_zone_light_minutes"] == 1
    assert found[date(2025, 5, 2)]["hr_zone_moderate_minutes"] == 1


def test_without_age_there_are_no_zones():
    people = [("p", None, None, at("2024-01-01T12:00"))]
    row = only_day(truth(people=people, heart=[("2025-05-01T12:00", 100)]))
    assert row["hr_zone_light_minutes"] is None
    assert row["hr_zone_peak_minutes"] is None


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
        (date(2000, 12, 31), date(2025, 12, 30), 24),
        (date(2000, 1, 1), date(2025, 1, 1), 25),
    ],
)
def test_completed_years(born, day, years):
    frame = pl.DataFrame({"born": [born], "day": [day]})
    assert frame.select(completed_years(pl.col("born"), pl.col("day"))).item() == years


def test_overlapping_and_touching_sleeps_are_merged():
    sleeps = [
        ("2025-05-01T22:00", "2025-05-02T02:00"),
        ("2025-05-01T22:30", "2025-05-02T01:00", None, "b"),
        ("2025-05-02T02:00", "2025-05-02T05:00"),
        ("2025-05-02T05:00:01", "2025-05-02T06:00:01"),
    ]
    row = only_day(truth(sleeps=sleeps))
    assert row["sleep_sessions"] == 2
    assert row["sleep_minutes"] == 7 * 60 + 60
    assert row["sleep_efficiency_pct"] is None
    assert row["sleep_deep_minutes"] is None


def test_a_sleep_belongs_to_the_local_date_of_its_end():
    found = days(
        truth(
            zones=OSLO,
            sleeps=[
                ("2025-03-31T20:00", "2025-03-31T22:00"),  # ends at midnight in Oslo
                ("2025-04-01T12:00", "2025-04-01T21:59:59"),
            ],
        )
    )
    assert list(found) == [date(2025, 4, 1)]
    assert found[date(2025, 4, 1)]["sleep_sessions"] == 2


def test_stages_that_overlap_count_once_and_awake_wins():
    levels = [
        ("2025-05-01T00:00", "light", 3600),
        ("2025-05-01T00:10", "wake", 600),  # on top of light
        ("2025-05-01T00:15", "awake", 600),  # on top of both: awake from 00:10 to 00:25
        ("2025-05-01T01:00", "deep", 1800),
        ("2025-05-01T01:20", "rem", 1800),  # deep until 01:30, REM until 01:50
    ]
    row = only_day(truth(sleeps=[("2025-05-01T00:00", "2025-05-01T02:00", levels)]))
    assert row["sleep_awake_minutes"] == 15
    assert row["sleep_light_minutes"] == 45
    assert row["sleep_deep_minutes"] == 30
    assert row["sleep_rem_minutes"] == 20
    assert row["sleep_minutes"] == 105
    assert row["sleep_efficiency_pct"] == 87.5


def test_stages_of_two_devices_are_one_night():
    row = only_day(
        truth(
            sleeps=[
                ("2025-05-01T00:00", "2025-05-01T01:00", [("2025-05-01T00:30", "deep", 1800)]),
                (
                    "2025-05-01T00:30",
                    "2025-05-01T02:00",
                    [("2025-05-01T00:30", "wake", 600), ("2025-05-01T01:00", "light", 3600)],
                    "b",
                ),
            ]
        )
    )
    assert row["sleep_sessions"] == 1
    assert row["sleep_awake_minutes"] == 10
    assert row["sleep_deep_minutes"] == 20
    assert row["sleep_light_minutes"] == 60
    assert row["sleep_minutes"] == 110


def test_stages_outside_the_sleep_do_not_count():
    levels = [("2025-05-01T00:00", "light", 1800), ("2025-05-01T00:50", "wake", 1200)]
    row = only_day(truth(sleeps=[("2025-05-01T00:10", "2025-05-01T01:00", levels)]))
    assert row["sleep_light_minutes"] == 20
    assert row["sleep_awake_minutes"] == 10
    assert row["sleep_minutes"] == 40


def test_efficiency_is_of_the_sleeps_that_have_stages():
    row = only_day(
        truth(
            sleeps=[
                ("2025-05-01T00:00", "2025-05-01T01:00", [("2025-05-01T00:00", "wake", 900)]),
                ("2025-05-01T12:00", "2025-05-01T13:00"),
            ]
        )
    )
    assert row["sleep_minutes"] == 45 + 60
    assert row["sleep_efficiency_pct"] == 75
    assert row["sleep_deep_minutes"] == 0


def test_heart_rate_in_sleep_takes_minutes_that_begin_in_it():
    heart = [
        ("2025-05-01T23:59:59", 200),
        ("2025-05-02T00:00:40", 150),  # the sleep began after this minute did
        ("2025-05-02T00:01:00", 50),
        ("2025-05-02T00:02:59", 60),  # the sleep ends in this minute
        ("2025-05-02T00:03:00", 150),
    ]
    found = days(truth(heart=heart, sleeps=[("2025-05-02T00:00:30", "2025-05-02T00:02:30")]))
    assert found[date(2025, 5, 2)]["sleep_heart_rate_mean_bpm"] == 55
    assert found[date(2025, 5, 1)]["sleep_heart_rate_mean_bpm"] is None


def test_heart_rate_of_the_evening_before_counts_for_the_night():
    found = days(
        truth(
            heart=[("2025-05-01T23:30", 50), ("2025-05-02T00:30", 60)],
            sleeps=[("2025-05-01T23:00", "2025-05-02T01:00")],
        )
    )
    assert found[date(2025, 5, 2)]["sleep_heart_rate_mean_bpm"] == 55
    assert found[date(2025, 5, 1)]["sleep_heart_rate_mean_bpm"] is None


def test_weeks_begin_on_monday_and_weigh_heart_rate_by_wear():
    heart = [
        ("2025-04-27T23:59", 200),  # Sunday
        *every_minute("2025-04-28T00:00", 1, 60),  # Monday
        *every_minute("2025-05-04T00:00", 3, 80),  # Sunday
    ]
    steps = [("2025-04-30T10:00", 10), ("2025-05-04T10:00", 30)]
    rows = weekly_health(truth(heart=heart, steps=steps)).to_dicts()
    assert [row["week_start"] for row in rows] == [date(2025, 4, 21), date(2025, 4, 28)]
    week = rows[1]
    assert (week["days_with_data"], week["valid_days"]) == (3, 0)
    assert (week["steps_total"], week["steps_daily_mean"]) == (40, 20)
    assert (week["wear_minutes_total"], week["wear_minutes_daily_mean"]) == (4, 2)
    assert week["heart_rate_mean_bpm"] == (60 + 3 * 80) / 4
    assert (week["heart_rate_min_bpm"], week["heart_rate_max_bpm"]) == (60, 80)
    assert week["sleep_minutes_total"] is None
    assert week["sleep_minutes_daily_mean"] is None


def test_months_are_of_the_local_date():
    rows = monthly_health(
        truth(zones=OSLO, steps=[("2025-03-31T21:59", 1), ("2025-03-31T22:00", 2)])
    ).to_dicts()
    assert [(row["month_start"], row["steps_total"]) for row in rows] == [
        (date(2025, 3, 1), 1),
        (date(2025, 4, 1), 2),
    ]
