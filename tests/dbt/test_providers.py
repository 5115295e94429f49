"""Several providers: each adds staging models and lines in `vars`; one counts for each figure."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.dbt import accounts
from tests.dbt.accounts import Account
from tests.dbt.fixtures import DATABASE, TEMPLATE
from tests.dbt.warehouse import PROJECT, Warehouse, at
from tests.full import in_full

pytestmark = pytest.mark.slow

# What a provider of the tests delivers: all kinds of data, some minutes also known from a watch.
STAGING = {
    "stg_ring__heart_rates": """
        select 'ring1' as device_id, '2025-06-10 10:00:30+00'::timestamptz as ts,
            '2025-06-10 10:00:30+00'::timestamptz as source_ts, 80::real as bpm,
            null::real as confidence, null::date as local_date
    """,
    "stg_ring__distances": """
        select 'ring1' as device_id, '2025-06-10 10:00:00+00'::timestamptz as ts,
            '2025-06-10 10:00:00+00'::timestamptz as source_ts, 30 as steps,
            25.5::double precision as distance_m, 1::double precision as floors_climbed,
            2.5::double precision as active_energy_kcal,
            4.5::double precision as total_energy_kcal, null::date as local_date
    """,
    "stg_ring__workouts": """
        select 'ring1' as device_id, 'w1' as activity_id, 'running' as activity_type,
            '2025-06-10 18:00:00+00'::timestamptz as start_ts,
            '2025-06-10 18:45:00+00'::timestamptz as end_ts, null::date as local_date
    """,
    "stg_ring__summaries": """
        select 'ring1' as device_id, '2025-06-10'::date as local_date, metric, value
        from (values ('resting_heart_rate', 51::double precision), ('vo2_max', 44.5))
            as stated (metric, value)
    """,
}
OF_RING = {
    "heart_rates": ["stg_ring__heart_rates"],
    "movements": ["stg_ring__distances"],
    "activities": ["stg_ring__workouts"],
    "daily_measurements": ["stg_ring__summaries"],
}
ENTITIES = {
    entity: [*models, *OF_RING.get(entity, ())] for entity, models in accounts.ENTITIES.items()
}

P1 = {"user_id": "p1", "devices": ["d1"], "seen_at": at("2025-01-01"), "dob": date(1980, 6, 15)}
WITH_PROVIDERS = "transformed_with_providers"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the dbt project that knows the ring and both providers of tests.dbt.accounts."""
    copy = tmp_path_factory.mktemp("providers") / "project"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    accounts.write_staging(copy)
    folder = copy / "models" / "stage" / "ring"
    folder.mkdir()
    for name, query in STAGING.items():
        (folder / f"{name}.sql").write_text(accounts.STATIC + query)
    return copy


@pytest.fixture(scope="module")
def with_providers(parsed, server, postgres_dsn, project) -> Iterator[Warehouse]:
    """The database that the tests get copies of."""
    server.execute(f"create database {DATABASE} template {TEMPLATE} owner vitals")
    made = Warehouse(
        f"{postgres_dsn.rpartition('/')[0]}/{DATABASE}", project.parent, project=project
    )
    made.vars = {"entities": ENTITIES, "described_by": {"ring": "iot"}}
    made.connection.execute(accounts.TABLES)
    made.manifest = made.parse()
    made.dbt("run", "--select", "tag:static")
    made.close()
    server.execute(f"alter database {DATABASE} rename to {WITH_PROVIDERS}")
    yield made
    server.execute(f"drop database {WITH_PROVIDERS} with (force)")


@pytest.fixture
def new_providers(with_providers, server) -> Iterator[Callable[[], Warehouse]]:
    """Makes warehouses that know all of them, one after the other."""
    opened: list[Warehouse] = []

    def close() -> None:
        for warehouse in opened:
            warehouse.close()
            server.execute(f"drop database {DATABASE} with (force)")
        opened.clear()

    def make() -> Warehouse:
        close()
        server.execute(f"create database {DATABASE} template {WITH_PROVIDERS} owner vitals")
        opened.append(replace(with_providers, environment={}))
        return opened[0]

    yield make
    close()


@pytest.fixture
def providers(new_providers) -> Warehouse:
    """One such warehouse."""
    return new_providers()


def test_a_provider_fills_the_columns_it_can(providers):
    warehouse = providers
    warehouse.vars = {"entities": ENTITIES}  # nobody needs to say whom the rings belong to
    warehouse.users({"user_id": "p1", "devices": ["d1", "ring1"]})
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.steps("d1", ("2025-06-10 10:00", 12))
    warehouse.transform()

    [day] = warehouse.rows("select * from agg.daily_health")
    # The watch comes first, and counts where it has something.
    assert (day["heart_rate_samples"], day["heart_rate_mean_bpm"], day["steps"]) == (1, 60, 12)
    assert (day["distance_m"], day["floors_climbed"]) == (25.5, 1)
    assert (day["active_energy_kcal"], day["total_energy_kcal"]) == (2.5, 4.5)
    assert (day["activity_count"], day["activity_minutes"]) == (1, 45)
    assert (day["resting_heart_rate_bpm"], day["vo2_max_ml_per_kg_min"]) == (51, 44.5)
    assert day["weight_kg"] is None
    [week] = warehouse.rows("select * from agg.weekly_health")
    assert (week["distance_m_total"], week["resting_heart_rate_bpm_daily_mean"]) == (25.5, 51)
    assert warehouse.values("select measured_by from agg.calmest_weeks") == [
        "resting_heart_rate_bpm"
    ]
    sources = warehouse.values("select source from stage.heart_rate_samples order by source")
    assert sources == ["iot", "ring"]


def test_three_sources_of_one_participant(providers):
    warehouse = providers
    band, cuff = Account(warehouse, "band", "p1"), Account(warehouse, "cuff", "p1")
    band.profile("2025-02-01", "Europe/Oslo", gender="female", max_heart_rate_bpm=180)
    cuff.profile("2025-01-15", "Asia/Tokyo", gender="male", date_of_birth=date(1970, 1, 1))
    warehouse.users({**P1, "dob": None, "time_zone": None})
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    band.heart_rates("2025-06-10", ("2025-06-10 10:00", 150), ("2025-06-10 23:30", 151))
    band.heart_rates("2025-06-11", ("2025-06-11 10:00", 152))
    band.movements("2025-06-10", ("2025-06-10 10:00", 10, 8.5))
    cuff.movements("2025-06-10", ("2025-06-10 10:00", 11, 9.5))
    cuff.sessions("sleeps", "2025-06-11", ("2025-06-10 22:00", "2025-06-11 06:00"))
    band.sessions("activities", "2025-06-10", ("2025-06-10 18:00", "2025-06-10 18:30"))
    cuff.sessions("activities", "2025-06-10", ("2025-06-10 18:01", "2025-06-10 18:30"))
    cuff.summaries("2025-06-10", body_weight=70.5, calories_burned_total=2000, step_count_daily=12)
    cuff.summaries("2025-06-11", step_count_daily=99)
    warehouse.transform()

    first, second = warehouse.rows("select * from agg.daily_health order by local_date")
    assert (first["heart_rate_mean_bpm"], first["steps"], first["distance_m"]) == (60, 10, 8.5)
    assert (first["activity_minutes"], first["weight_kg"]) == (30, 70.5)
    assert first["total_energy_kcal"] == 2000
    assert first["sources"] == {
        "heart_rate": "iot",
        "steps": "band",
        "distance": "band",
        "activities": "band",
        "weight": "cuff",
        "total_energy": "cuff",
    }
    # The account's zone is Oslo's, but its provider counts 23:30 UTC to the day before.
    assert (str(second["local_date"]), second["heart_rate_samples"]) == ("2025-06-11", 1)
    assert (second["steps"], second["sleep_minutes"]) == (99, 480)
    assert second["sleep_heart_rate_mean_bpm"] == 151
    assert second["sources"]["sleep_heart_rate"] == "band"
    assert second["timezone"] == "Europe/Oslo"
    [week] = warehouse.rows("select * from agg.weekly_health")
    assert (week["steps_total"], week["total_energy_kcal_total"]) == (109, 2000)
    # 180 bpm at most says band, the birthday is known from cuff alone.
    assert (second["hr_zone_vigorous_minutes"], second["hr_zone_peak_minutes"]) == (1, 0)

    people = _people(warehouse)
    assert [(row["source"], row["gender"], row["max_heart_rate_bpm"]) for row in people] == [
        ("iot", None, None),
        ("cuff", "male", None),
        ("band", "female", 180),
    ]
    assert people[-1]["is_current"]
    assert people[-1]["age_years"] > 50
    compared = warehouse.rows("select * from stage.stated_day_totals")
    assert [(row["metric"], row["difference"]) for row in compared] == [("step_count_daily", -1)]


def test_an_account_touches_nothing_of_other_sources(providers):
    warehouse = providers
    warehouse.users(P1)
    warehouse.heart_rates("d1", *((f"2025-06-{day:02} 10:00", 60) for day in range(1, 28)))
    warehouse.transform()
    before = warehouse.days("computed_at")

    band = Account(warehouse, "band", "p1")
    band.profile("2025-06-20", "Asia/Tokyo", date_of_birth=date(1999, 1, 1))
    assert warehouse.transform()["heart_rate_minutes"] == "INSERT 0 0"
    assert warehouse.days("computed_at") == before
    band.heart_rates("2025-06-12", ("2025-06-12 10:00", 80))
    band.summaries("2025-06-20", body_weight=70)
    warehouse.transform()
    changed = {day for day, at in warehouse.days("computed_at").items() if at != before.get(day)}
    # A stated day may differ by one from that of the zone.
    assert changed == {("p1", f"2025-06-{day}") for day in (11, 12, 13, 19, 20, 21)}
    assert warehouse.days("weight_kg")["p1", "2025-06-20"] == 70


def test_settings_decide_which_source_counts(providers):
    warehouse = providers
    band, cuff = Account(warehouse, "band", "p1"), Account(warehouse, "cuff", "p1")
    lonely = Account(warehouse, "cuff", "p2")
    warehouse.users(P1)
    for account in (band, cuff, lonely):
        account.profile("2025-01-01", "UTC")
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    band.heart_rates("2025-06-10", ("2025-06-10 10:00", 70))
    band.movements("2025-06-10", ("2025-06-10 10:00", 10, 8.5))
    cuff.movements("2025-06-10", ("2025-06-10 10:00", 11, 9.5))
    cuff.movements("2025-06-11", ("2025-06-11 10:00", 11, 9.5))
    lonely.movements("2025-06-10", ("2025-06-10 10:00", 12, 9.5))
    warehouse.transform()
    assert warehouse.days("steps, heart_rate_mean_bpm") == {
        ("p1", "2025-06-10"): [10, 60],
        ("p1", "2025-06-11"): [11, None],
        ("p2", "2025-06-10"): [12, None],
    }

    warehouse.environment = {
        "VITALS_SOURCE_PRIORITY": "iot, cuff; heart_rate = band",
        "VITALS_NOT_COMBINED": "cuff",
    }
    warehouse.manifest = warehouse.parse()
    warehouse.dbt("run", "--select", "tag:static")
    warehouse.transform()
    assert warehouse.days("steps, heart_rate_mean_bpm") == {("p1", "2025-06-10"): [10, 70]}
    assert warehouse.values("select source from stage.movement_minutes") == ["band"]
    assert len(warehouse.values("select 1 from stage.stg_cuff__movements")) == 3
    assert warehouse.values("select steps_total from agg.monthly_health") == [10]


def test_an_unknown_group_is_refused(providers):
    warehouse = providers
    warehouse.environment = {"VITALS_SOURCE_PRIORITY": "iot; heartrate=band"}
    with pytest.raises(AssertionError, match="names the group heartrate; known are participants,"):
        warehouse.dbt("compile", "--select", "daily_health")


@in_full
@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_arrival_changes_a_row(new_providers, seed):
    """Each source delivers in its own order; how they come between each other says nothing."""
    chance = Random(seed)
    lanes = [_watch(chance), _account("band", chance), _account("cuff", chance)]

    snapshots = []
    for _ in range(2):
        warehouse = new_providers()
        left = [list(lane) for lane in lanes]
        while any(left):
            lane = chance.choice([lane for lane in left if lane])
            lane.pop(0)(warehouse)
            if chance.random() < 0.07:
                warehouse.transform()
        warehouse.transform()
        snapshots.append(_rows_and_people(warehouse))
    assert all(snapshots[0].values())
    assert snapshots[0] == snapshots[1]
    warehouse.transform("--exclude", "tag:static", "--full-refresh")
    assert _rows_and_people(warehouse) == snapshots[0]


def _rows_and_people(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    return {**warehouse.snapshot(), "stage.dim_participant": _people(warehouse)}


def _people(warehouse: Warehouse) -> list[dict[str, Any]]:
    return warehouse.rows(
        "select participant_id, version, source, gender, max_heart_rate_bpm, age_years, is_current,"
        " valid_from::text, valid_to::text from stage.dim_participant where version > 0"
        " order by participant_id, version"
    )


def _watch(chance: Random) -> list[Callable[[Warehouse], Any]]:
    """Two weeks of a watch that several people claim, in the order in which they arrive."""
    lane: list[Callable[[Warehouse], Any]] = []
    for number in range(8):
        moment = at("2025-03-24 06:00") + timedelta(hours=chance.randrange(14 * 24))
        texts = [f"{moment + timedelta(minutes=later):%Y-%m-%d %H:%M}" for later in (0, 1, 300)]
        samples = [(text, chance.randint(50, 150)) for text in texts]
        lane.append(lambda warehouse, given=samples: warehouse.heart_rates("d1", *given))
        lane.append(lambda warehouse, given=samples: warehouse.steps("d2", *given))
        if number % 2:
            night = (texts[0], texts[2])
            lane.append(lambda warehouse, given=night: warehouse.sleeps("d1", given))
        if number % 3 == 0:
            document = {
                "user_id": chance.choice(["p1", "p2"]),
                "devices": chance.sample(["d1", "d2"], chance.randint(1, 2)),
                "seen_at": at("2025-04-01") + timedelta(hours=number),
                "time_zone": chance.choice([None, "Europe/Oslo"]),
                "age": chance.choice([None, 40]),
            }
            lane.append(lambda warehouse, given=document: warehouse.users(given))
    return lane


def _account(source: str, chance: Random) -> list[Callable[[Warehouse], Any]]:
    """Two weeks of an account, some days again with other values, dates of any zone."""
    lane: list[Callable[[Warehouse], Any]] = []

    def add(method: Callable, *given: Any, **columns: Any) -> None:
        lane.append(lambda warehouse: method(Account(warehouse, source, "p1"), *given, **columns))

    for number in range(7):
        day = date(2025, 3, 24) + timedelta(days=chance.randrange(14))
        start = at(f"{day} 00:00") + timedelta(hours=chance.randint(-13, 13))
        text, later = f"{start:%Y-%m-%d %H:%M}", f"{start + timedelta(hours=8):%Y-%m-%d %H:%M}"
        samples = [(text, chance.randint(50, 150)), (later, 60)][: chance.randint(0, 2)]
        add(Account.heart_rates, str(day), *samples)
        add(Account.movements, str(day), *((ts, n, n / 3) for ts, n in samples))
        add(Account.sessions, chance.choice(["sleeps", "activities"]), str(day), (text, later))
        add(Account.summaries, str(day), body_weight=number, distance=number, vendor_score=1)
        if number % 3 == 0:
            seen = at("2025-03-20") + timedelta(days=number, hours=chance.randrange(24))
            zone = chance.choice([None, "Asia/Tokyo", "Pacific/Honolulu"])
            birth = chance.choice([None, date(1970, 1, 1)])
            add(Account.profile, f"{seen:%Y-%m-%d %H:%M}", zone, date_of_birth=birth)
    return lane
