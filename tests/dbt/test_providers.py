"""A new provider adds staging models and a line in `vars`; everything downstream stays as it is."""

import json
import shutil

import pytest
from tests.dbt.warehouse import PROJECT, Warehouse

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
ENTITIES = {
    "participants": ["stg_iot__users"],
    "heart_rates": ["stg_iot__heart_rates", "stg_ring__heart_rates"],
    "movements": ["stg_iot__steps", "stg_ring__distances"],
    "sleeps": ["stg_iot__sleeps"],
    "activities": ["stg_ring__workouts"],
    "daily_measurements": ["stg_ring__summaries"],
}


@pytest.fixture
def with_provider(warehouse, tmp_path) -> Warehouse:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    folder = project / "models" / "stage" / "ring"
    folder.mkdir()
    for name, query in STAGING.items():
        (folder / f"{name}.sql").write_text(query)
    warehouse.project, warehouse.target, warehouse.manifest = project, tmp_path / "target", None
    return warehouse


def test_a_provider_fills_the_columns_it_can(with_provider):
    warehouse = with_provider
    warehouse.users({"user_id": "p1", "devices": ["d1", "ring1"]})
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.steps("d1", ("2025-06-10 10:00", 12))
    entities = json.dumps({"entities": ENTITIES})
    warehouse.dbt("run", "--vars", entities)

    [day] = warehouse.rows("select * from agg.daily_health")
    assert (day["heart_rate_samples"], day["heart_rate_mean_bpm"], day["steps"]) == (2, 70, 30)
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
