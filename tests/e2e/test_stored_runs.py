"""The DAGs of what is kept in S3, run by a real Airflow: the lake, the archive and its restore.

Runs after the other files of this folder; alone it reads an account by itself.
"""

from datetime import UTC, datetime

import psycopg
import pytest
from tests.archive.conftest import SAMPLES, START, Rig
from tests.e2e.test_nightly_runs import EXTRACT, WELL, requests_of, run, states

from vitals import storage
from vitals.accounts.synthetic import connect_synthetic
from vitals.archive import settings as archive_settings
from vitals.archive.bucket import Bucket

pytestmark = pytest.mark.slow

ACCOUNT = f"google_health:{WELL}"
STEPS = "select * from raw.google_health__steps where account_id = %s order by 1, 2"
READ_ON = """
    select min(split_part(lake_object, '/', 3)), max(split_part(lake_object, '/', 3))
    from raw.loads
    where account_id = %s and lake_object is not null
"""


@pytest.fixture(scope="module")
def read_on(stack) -> tuple[str, str]:
    """First and last day on which the account was read."""
    if stack.query(READ_ON, ACCOUNT) == [(None, None)]:
        given = stack.settings
        connect_synthetic(given.warehouse_dsn, given, ["google_health"], accounts=1)
        assert run(stack, EXTRACT, participants=[WELL], resources=["steps"])[0] == "success"
    [days] = stack.query(READ_ON, ACCOUNT)
    return days


def test_the_form_chooses_what_the_lake_makes_again(stack, read_on):
    before, asked = stack.query(STEPS, ACCOUNT), requests_of(stack, WELL)
    assert before
    with psycopg.connect(stack.settings.warehouse_dsn, autocommit=True) as connection:
        spoil = "update raw.google_health__steps set steps = steps + 1 where account_id = %s"
        connection.execute(spoil, [ACCOUNT])
    first, last = read_on
    conf = {"sources": ["google_health"], "participants": [WELL], "start": first, "end": last}
    state, tasks = run(stack, "rebuild_from_lake", again=True, **conf)
    assert state == "success"
    assert {name: one for (name, _), one in states(tasks).items()} == {
        "rebuild_google_health": "success",
        "rebuild_fitbit": "skipped",
        "rebuild_strava": "skipped",
        "rebuild_garmin": "skipped",
    }
    assert stack.query(STEPS, ACCOUNT) == before
    assert requests_of(stack, WELL) == asked  # nobody was called


@pytest.fixture(scope="module")
def cold(stack) -> Rig:
    """A week of long ago that no load of the other tests has brought."""
    choices = archive_settings.read(stack.settings.environment)
    made = Rig(stack.settings.warehouse_dsn, Bucket(storage.client(stack.settings.s3), choices))
    made.fill("watch-of-long-ago")
    return made


def old_rows(cold: Rig) -> list[tuple]:
    return cold.fetch("select * from raw.iot__heart_rates where ts < '2024-02-01' order by 1, 2")


def test_a_week_goes_to_the_archive_and_comes_back(stack, cold):
    before = old_rows(cold)
    assert len(before) == SAMPLES
    age = (datetime.now(UTC) - START).days - 14
    wish = {"tables": ["iot__heart_rates"], "older_than_days": age}
    state, _ = run(stack, "archive_to_glacier", dry_run=True, **wish)
    assert (state, old_rows(cold), cold.parts()) == ("success", before, [])
    assert list(cold.bucket.keys("archive")) == []

    state, _ = run(stack, "archive_to_glacier", **wish)
    assert state == "success"
    assert (old_rows(cold), [part[3] for part in cold.parts()]) == ([], ["archived"])

    state, _ = run(stack, "archive_drill", poll_seconds=1)
    assert (state, old_rows(cold)) == ("success", [])

    conf = {"tables": ["iot__heart_rates"], "end": "2024-02-01T00:00:00", "poll_seconds": 1}
    state, tasks = run(stack, "restore_from_glacier", **conf)
    assert state == "success"
    assert tasks["publish", None]["state"] == "skipped"  # it was not to be rebuilt
    assert old_rows(cold) == before
