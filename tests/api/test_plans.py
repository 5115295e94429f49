"""How PostgreSQL answers: only chunks that can hold rows are read, and those by their key."""

import json
import re
from datetime import date

import pytest

from vitals.api.series import Metric, query
from vitals.api.statements import with_literals
from vitals.api.windows import window

HEART_RATE = Metric({"metric": "heart_rate", "daily_health_column": None, "statistic": "point"})


@pytest.fixture(scope="module")
def long_history(api_warehouse):
    """Half a year of hours of somebody, in chunks of 28 days; gone after the tests."""
    connection = api_warehouse.connection
    with connection.transaction(force_rollback=True):
        connection.execute(
            "insert into stage.heart_rate_minutes select 'p9', 'iot', minute, minute::date, 1, 60,"
            " 60, 60 from generate_series(timestamptz '2024-01-01', '2024-06-30', '1 hour') minute"
        )
        connection.execute("analyze stage.heart_rate_minutes")
        yield connection


@pytest.mark.parametrize("resolution", ["minute", "hour"])
@pytest.mark.parametrize("is_local", [False, True])
def test_a_day_is_read_from_its_own_chunk_by_key(long_history, resolution, is_local):
    day = window(date(2024, 3, 1), date(2024, 3, 2)).instants
    parameters = {"participant_id": "p9", **day, "limit": 5000, "skip": 0}
    statement = with_literals(query(HEART_RATE, resolution, is_local), parameters)
    [row] = long_history.execute(f"explain (format json) {statement}").fetchall()
    plan = json.dumps(row["QUERY PLAN"])
    chunks = set(re.findall(r'"Relation Name": "(_hyper_\d+_\d+_chunk)"', plan))
    assert len(chunks) == 1
    assert '"Seq Scan"' not in "".join(re.findall(r'"Node Type": "[^"]*"(?=[^{}]*"_hyper_)', plan))
    assert re.search(r'"Index Cond": "[^{}]*participant_id[^{}]*source[^{}]*minute', plan)
