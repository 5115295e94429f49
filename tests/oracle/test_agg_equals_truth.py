"""Documents with all that goes wrong -> load -> dbt -> agg: equal to the oracle, everywhere."""

from datetime import date

import polars as pl
import pymongo
import pytest
from tests.oracle import definitions
from tests.oracle.comparison import assert_same
from tests.oracle.definitions import Truth
from tests.oracle.pipeline import Pipeline

from vitals.synthetic import Cohort, fill_mongo, write_truth

pytestmark = pytest.mark.slow

# One of each kind of participant; the clock changes of Europe (30 March) and Australia (6 April),
# two journeys, the end of a month.
COHORT = Cohort(participants=10, days=8, start_date=date(2025, 3, 29))
TABLES = {
    "daily_health": ["participant_id", "local_date"],
    "weekly_health": ["participant_id", "week_start"],
    "monthly_health": ["participant_id", "month_start"],
}


@pytest.fixture(scope="module")
def module_mongo_uri(mongo_server):
    name = "test_agg_equals_truth"
    yield f"{mongo_server}{name}"
    with pymongo.MongoClient(mongo_server) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def truth_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("truth")
    write_truth(COHORT, folder)
    return folder


@pytest.fixture(scope="module")
def pipeline(module_warehouse, module_mongo_uri, dbt_target):
    """The warehouse after the cohort was loaded and transformed."""
    fill_mongo(COHORT, module_mongo_uri)
    known = module_warehouse
    made = Pipeline(known.dsn, module_mongo_uri, dbt_target, manifest=known.manifest)
    made.load()
    made.transform()
    return made


@pytest.mark.parametrize("table", TABLES)
def test_every_row_and_column_equals_the_truth(pipeline, truth_folder, table):
    expected = getattr(definitions, table)(Truth.read(truth_folder))
    assert_same(expected, pipeline.agg(table), TABLES[table])


@pytest.mark.parametrize("table", TABLES)
def test_what_these_watches_do_not_measure_is_null(pipeline, truth_folder, table):
    known = set(getattr(definitions, table)(Truth.read(truth_folder)).columns)
    others = pipeline.agg(table).drop(known)
    assert others.width > 5
    filled = [name for name in others.columns if others[name].null_count() < others.height]
    assert filled == []


@pytest.mark.parametrize("resource", ["heart_rates", "steps", "sleeps"])
def test_raw_has_every_accepted_fact_once(pipeline, truth_folder, resource):
    expected = pl.read_parquet(truth_folder / f"{resource}.parquet")
    (count,) = pipeline.query(f"select count(*) from raw.iot__{resource}").row(0)
    assert count == expected.height


def test_every_refusal_is_on_record(pipeline, truth_folder):
    expected = pl.read_parquet(truth_folder / "rejected.parquet").group_by("resource")
    found = pipeline.query(
        "select resource, count(*) as records from raw.rejected_records group by resource"
    )
    assert_same(expected.agg(pl.col("records").sum()), found, ["resource"])


def test_rows_read_are_loaded_rejected_or_superseded(pipeline):
    loads = pipeline.query(
        "select status, rows_read - rows_loaded - rows_rejected - rows_superseded as lost "
        "from raw.loads"
    )
    assert set(loads["status"]) == {"done"}
    assert set(loads["lost"]) == {0}


def test_a_run_without_news_changes_nothing(pipeline):
    def stamps() -> pl.DataFrame:
        return pipeline.query("select * from agg.daily_health order by participant_id, local_date")

    before = stamps()
    pipeline.load()
    pipeline.transform()
    assert stamps().equals(before)
