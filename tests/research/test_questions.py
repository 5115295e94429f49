"""The research questions against answers that Polars computes from what was planted."""

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal
from tests.dbt.fixtures import a_warehouse

from vitals.research.plots import PLOTS
from vitals.research.rehearsal import load_events, load_people
from vitals.synthetic.heart_events import SCHEMA

pytestmark = pytest.mark.slow

ENOUGH = 5
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# Region, country, zone, latitude, people. One is too small, and so is an activity.
TOWNS = [
    ("Oslo", "NO", "Europe/Oslo", 59.9, 9),
    ("Vestland", "NO", "Europe/Oslo", 60.4, 4),
    ("Auckland", "NZ", "Pacific/Auckland", -36.8, 7),
    ("Otago", "NZ", "Pacific/Auckland", -45.9, 6),
]
ACTIVITIES = {"sit": "rest", "sleep": "rest", "run": "exercise", "ski": "exercise"}
MONTHS = (1, 4, 7)


def planted() -> tuple[list[dict], pl.DataFrame]:
    """People, and events of which each person has a few at rest in every month."""
    drawn = random.Random(7)
    users, events = [], []
    for region, country, zone, latitude, people in TOWNS:
        for number in range(people):
            index = len(users)
            born = date(1950 + 9 * (index % 6), 5, 17) if index % 9 else None
            users.append({
                "user_id": f"p{index}", "updated_at": LONG_AGO, "created_at": LONG_AGO,
                "gender": ("female", "male")[index % 2], "date_of_birth": born, "city": region,
                "region": region, "country_code": country, "zone": zone,
            })  # fmt: skip
            for month in MONTHS:
                for _ in range(6):
                    doing = drawn.choice(["sit", "sleep", "sit", "run"])
                    if number < 2 and region == "Oslo":
                        doing = drawn.choice([doing, "ski"])
                    at = datetime(2025, month, drawn.randint(1, 28), drawn.choice([1, 2, 12]),
                                  tzinfo=UTC)  # fmt: skip
                    events.append((f"p{index}", drawn.randint(50, 150), at, doing, latitude))
                noon = datetime(2025, month, 15, 12, tzinfo=UTC)
                events.append((f"p{index}", drawn.randint(50, 90), noon, "sit", latitude))
    columns = ["user_id", "bpm", "ts", "activity_id", "latitude"]
    return users, pl.DataFrame(events, schema=columns, orient="row")


@pytest.fixture(scope="module")
def asked(parsed, server, postgres_dsn, dbt_target):
    """A warehouse with what was planted, and the same with what is known of each event."""
    users, events = planted()
    activities = [
        {"activity_id": name, "updated_at": LONG_AGO, "name": name.title(), "category": category,
         "met": 1.0} for name, category in ACTIVITIES.items()
    ]  # fmt: skip
    zones = {user["user_id"]: user.pop("zone") for user in users}
    table = events.select(
        "user_id",
        heart_rate=pl.col("bpm").cast(pl.Int32),
        ts_ms=pl.col("ts").dt.timestamp("ms"),
        activity_id="activity_id",
        latitude="latitude",
        longitude=pl.lit(10.0),
    ).to_arrow()
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        with psycopg.connect(warehouse.dsn) as connection:
            load_people(connection, activities, users, zones)
            load_events(connection, [table.cast(SCHEMA)], len(events))
        warehouse.transform("--select", "fct_heart_rates")
        yield warehouse, known(events, users, zones)


def known(events: pl.DataFrame, users: list[dict], zones: dict[str, str]) -> pl.DataFrame:
    """Events with the region, age, month and hour of their person, worked out one by one."""
    people = {user["user_id"]: user for user in users}
    rows = []
    for row in events.to_dicts():
        user = people[row["user_id"]]
        local = row["ts"].astimezone(ZoneInfo(zones[row["user_id"]]))
        rows.append({
            **row, "gender": user["gender"], "region": user["region"],
            "country_code": user["country_code"], "band": band(user["date_of_birth"], local.date()),
            "month": local.month, "hour": local.hour,
            "hemisphere": "north" if row["latitude"] > 0 else "south",
            "is_rest": ACTIVITIES[row["activity_id"]] == "rest",
        })  # fmt: skip
    return pl.DataFrame(rows)


def band(born: date | None, day: date) -> str:
    if born is None:
        return "unknown"
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if age < 30:
        return "18 to 29" if age >= 18 else "0 to 17"
    return "80 and over" if age >= 80 else f"{age // 10 * 10} to {age // 10 * 10 + 9}"


def published(groups: pl.DataFrame, order: list[str], within: list[str] | None = None):
    """What may be told: large groups, but for the smallest of them where another is too small."""
    kept = []
    parts = groups.partition_by(within) if within else [groups]
    for part in parts:
        large = part.filter(pl.col("participants") >= ENOUGH).sort("participants", *order)
        kept.append(large if len(large) == len(part) else large.slice(1))
    return pl.concat(kept)


def same(warehouse, view: str, truth: pl.DataFrame, keys: list[str]) -> None:
    columns = ", ".join(truth.columns)
    rows = warehouse.rows(f"select {columns} from agg.{view}")
    found = pl.DataFrame(rows, schema=truth.columns, infer_schema_length=None)
    assert len(truth) > 1
    assert_frame_equal(
        found.sort(keys), truth.sort(keys), check_dtypes=False, abs_tol=1e-9, rel_tol=1e-9
    )


def test_heart_rate_by_activity(asked):
    warehouse, events = asked
    people = events.group_by("activity_id", "user_id").agg(
        pl.col("bpm").mean().alias("mean"), pl.len().alias("n")
    )
    groups = people.group_by("activity_id").agg(
        pl.len().alias("participants"),
        pl.col("n").sum().alias("events"),
        pl.col("mean").mean().alias("heart_rate_mean_bpm"),
        pl.col("mean").std().alias("heart_rate_sd_bpm"),
    )
    truth = published(groups, ["activity_id"])
    # Two people skied. What is left out with them is the smallest of the others.
    assert "ski" not in truth["activity_id"] and len(truth) == 2
    same(warehouse, "heart_rate_by_activity", truth, ["activity_id"])


def rested(events: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Heart rates of groups, of the people who also rested."""
    people = events.group_by(*columns, "user_id").agg(
        pl.col("bpm").mean().alias("mean"),
        pl.col("bpm").filter(pl.col("is_rest")).mean().alias("rest"),
        pl.len().alias("n"),
    )
    return (
        people.drop_nulls("rest")
        .group_by(columns)
        .agg(
            pl.len().alias("participants"),
            pl.col("n").sum().alias("events"),
            pl.col("mean").mean().alias("heart_rate_mean_bpm"),
            pl.col("mean").std().alias("heart_rate_sd_bpm"),
            pl.col("rest").mean().alias("rest_heart_rate_mean_bpm"),
            pl.col("rest").std().alias("rest_heart_rate_sd_bpm"),
        )
    )


def test_heart_rate_by_demographics(asked):
    warehouse, events = asked
    columns = ["age_band", "gender"]
    groups = rested(events.rename({"band": "age_band"}), columns)
    # Bands of ages hold too few here, so the setting is tried as well.
    found = warehouse.rows("select * from agg.heart_rate_by_demographics")
    assert {(row["age_band"], row["gender"]) for row in found} == set(
        published(groups, columns).select(columns).iter_rows()
    )
    warehouse.vars = {"research_min_people": 2}
    fresh, warehouse.manifest = warehouse.manifest, None
    try:
        warehouse.dbt("run", "--select", "heart_rate_by_demographics")
    finally:
        warehouse.vars, warehouse.manifest = {}, fresh
    large = groups.filter(pl.col("participants") >= 2).sort("participants", *columns)
    truth = large if len(large) == len(groups) else large.slice(1)
    same(warehouse, "heart_rate_by_demographics", truth, columns)


def test_heart_rate_by_region(asked):
    warehouse, events = asked
    columns = ["country_code", "region"]
    truth = published(rested(events, columns), columns)
    # Vestland has four people, so Otago goes with it: the rest of the total is ten people.
    assert set(truth["region"]) == {"Oslo", "Auckland"}
    same(warehouse, "heart_rate_by_region", truth, columns)


def test_heart_rate_by_month(asked):
    warehouse, events = asked
    keys = ["hemisphere", "month_number"]
    people = (
        events.filter("is_rest")
        .rename({"month": "month_number"})
        .group_by(*keys, "user_id")
        .agg(pl.col("bpm").mean().alias("mean"), pl.len().alias("n"))
        .with_columns(
            (pl.col("mean") - pl.col("mean").mean().over("hemisphere", "user_id")).alias("above")
        )
    )
    groups = people.group_by(keys).agg(
        pl.len().alias("participants"),
        pl.col("n").sum().alias("events"),
        pl.col("mean").mean().alias("rest_heart_rate_mean_bpm"),
        pl.col("above").mean().alias("rest_heart_rate_deviation_bpm"),
    )
    truth = published(groups, keys).with_columns(
        pl.struct(keys).map_elements(
            lambda row: {
                ("north", 1): "winter", ("north", 4): "spring", ("north", 7): "summer",
                ("south", 1): "summer", ("south", 4): "autumn", ("south", 7): "winter",
            }[row["hemisphere"], row["month_number"]],
            return_dtype=pl.String,
        ).alias("season")
    )  # fmt: skip
    same(warehouse, "heart_rate_by_month", truth, keys)


def test_activity_likelihood_by_hour(asked):
    warehouse, events = asked
    place = ["country_code", "region", "hour"]
    people = (
        events.group_by(*place, "activity_id", "user_id")
        .agg(pl.len().alias("n"))
        .with_columns((pl.col("n") / pl.col("n").sum().over(*place, "user_id")).alias("share"))
    )
    groups = people.group_by(*place, "activity_id").agg(
        pl.len().alias("participants"), pl.col("share").sum().alias("shares")
    )
    observed = people.group_by(place).agg(
        pl.col("user_id").n_unique().alias("participants_observed")
    )
    groups = groups.join(observed, on=place).with_columns(
        (100 * pl.col("shares") / pl.col("participants_observed")).alias("likelihood_pct")
    )
    truth = published(groups, ["activity_id"], within=place).drop("shares")
    truth = truth.rename({"hour": "local_hour"})
    keys = ["country_code", "region", "local_hour", "activity_id"]
    same(warehouse, "activity_likelihood_by_hour", truth, keys)
    # What is left out of an hour is about enough people, so no share follows from the others.
    told = truth.group_by(keys[:3]).agg(pl.col("likelihood_pct").sum())
    assert (told["likelihood_pct"] < 100 - 1e-6).any()


def test_every_question_has_a_plot(asked):
    warehouse, _ = asked
    for view, plot in PLOTS.items():
        drawn = plot(warehouse.rows(f"select * from agg.{view}")).to_dict()
        assert drawn["$schema"].startswith("https://vega.github.io/schema/vega-lite")
