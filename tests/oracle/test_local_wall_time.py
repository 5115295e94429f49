"""Sources that write local wall-clock time as if it were UTC, and participants without a zone."""

from datetime import date

import pytest
from tests.oracle import definitions
from tests.oracle.comparison import assert_same
from tests.oracle.definitions import Truth
from tests.oracle.pipeline import Pipeline

from vitals.synthetic import Cohort, fill_mongo, write_truth

pytestmark = pytest.mark.slow

# The clock change of Europe, a journey back from Tokyo to New York, somebody of unknown zone.
COHORT = Cohort(
    participants=4,
    days=7,
    start_date=date(2025, 3, 29),
    default_time_zone="Asia/Kathmandu",
    local_time_collections=("heart_rates", "steps", "sleeps"),
)


def test_instants_are_found_with_the_zone_history(warehouse_dsn, mongo_uri, tmp_path):
    write_truth(COHORT, tmp_path / "truth")
    fill_mongo(COHORT, mongo_uri)
    pipeline = Pipeline(
        warehouse_dsn,
        mongo_uri,
        tmp_path / "dbt",
        {
            "IOT__LOCAL_TIME_COLLECTIONS": ",".join(COHORT.local_time_collections),
            "VITALS_DEFAULT_TIME_ZONE": COHORT.default_time_zone,
        },
    )
    pipeline.load()
    pipeline.build()
    expected = definitions.daily_health(Truth.read(tmp_path / "truth"), COHORT.default_time_zone)
    assert_same(expected, pipeline.agg("daily_health"), ["participant_id", "local_date"])
