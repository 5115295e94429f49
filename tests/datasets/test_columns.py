"""The unit of a column is that of its metric in the vocabulary."""

import csv

import pytest

from vitals.datasets.columns import Column
from vitals.settings import PROJECT

VOCABULARY = PROJECT / "include" / "dbt" / "seeds" / "dim_metric.csv"


def unit(name: str) -> str | None:
    return Column(name, "double precision", "").unit


def test_units_are_those_of_the_vocabulary():
    with VOCABULARY.open(newline="") as file:
        units = {row["daily_health_column"]: row["unit_ucum"] for row in csv.DictReader(file)}
    units.pop("", None)
    counted = {name for name, unit in units.items() if unit.startswith("{")}
    assert counted == {"steps", "floors_climbed"}
    for name, stated in units.items():
        assert unit(name) == (None if name in counted else stated), name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("distance_m_total", "m"), ("sleep_minutes_daily_mean", "min"), ("minutes", "min"),
        ("vo2_max_ml_per_kg_min_daily_mean", "mL/kg/min"), ("bpm_mean", "/min"), ("bpm", "/min"),
        ("age_years", "a"), ("height_cm", "cm"), ("heart_rate_min_bpm", "/min"), ("steps", None),
        ("sleep_sessions", None), ("participant_id", None), ("is_valid_day", None),
    ],
)  # fmt: skip
def test_names_tell_units(name, expected):
    assert unit(name) == expected


def test_what_arrow_has_no_type_for_travels_as_text():
    assert Column("sources", "jsonb", "").exported == "stored.sources::text as sources"
    assert Column("x", "numeric(4,1)", "").exported == "stored.x::double precision as x"
    assert Column("x", "bigint", "").exported == "stored.x"
    assert Column("x", "tstzrange", "").field_type == "string"
