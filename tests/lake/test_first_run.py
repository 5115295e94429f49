"""A lost database: the next start says what there is, and fills the new one with it."""

import json
from dataclasses import replace

import pytest
from tests.archive.conftest import Rig as Archive
from tests.lake.conftest import rows_of
from tests.lake.test_rebuild import WHEN, data_of

from vitals import first_run, settings
from vitals.archive import settings as archive_settings
from vitals.archive.bucket import Bucket
from vitals.storage_settings import StorageSettings

RESOURCES = ["profiles", "heart_rate_daily", "sleep"]


@pytest.fixture
def lost(rig, lake, new_warehouse, make_settings, s3):
    """Settings of a new warehouse beside what an old one has left in S3."""
    rig.load(resources=RESOURCES)
    rig.load(resources=RESOURCES)
    rig.load("fitbit:p0002", resources=RESOURCES)

    def begin(**choices) -> settings.Settings:
        values = make_settings(
            AIRFLOW_CONN_VITALS_WAREHOUSE=new_warehouse(), VITALS_S3_BUCKET=lake.bucket
        )
        s3_connection = f"aws://{s3.access_key}:{s3.secret_key}@/?endpoint_url={s3.endpoint_url}"
        storage = replace(values.storage, **choices)
        return replace(values, s3_connection=s3_connection, storage=storage)

    return begin


def test_the_start_says_what_there_is(rig, lost):
    said: list[str] = []
    values = lost()
    first_run.welcome(values, said.append)
    assert len(said) == 1 and "fitbit 9" in said[0] and "make populate" in said[0]
    assert rig.fetch("select count(*) from raw.loads", dsn=values.warehouse_dsn) == [(0,)]
    # New loads are told from old ones, whether it is filled or not.
    [(number,)] = rig.fetch("select nextval('raw.loads_load_id_seq')", dsn=values.warehouse_dsn)
    assert number == rig.lake.objects()[-1].load_id + 1


@pytest.mark.slow
def test_a_lost_database_comes_back_by_itself(rig, lost):
    said: list[str] = []
    values = lost(restores_first_run=True)
    first_run.welcome(values, said.append)
    assert rows_of(values.warehouse_dsn, WHEN) == rows_of(rig.dsn, WHEN)
    # From then on it is a warehouse like any other.
    said.clear()
    first_run.welcome(values, said.append)
    assert said == []


@pytest.mark.slow
def test_archived_parts_come_back_with_it(rig, lost, lake):
    """The drill: what was in the lake, and what had long left the database for the archive."""
    choices = replace(archive_settings.read({}), bucket=lake.bucket)
    cold = Archive(rig.dsn, Bucket(lake.client, choices))
    cold.fill("w1", "w2", weeks=2)
    before = data_of(rig.dsn)
    cold.archive()
    assert cold.rows() == [] and before["iot__heart_rates"]
    said: list[str] = []
    values = lost(restores_first_run=True)
    first_run.welcome(values, said.append)
    assert "2 archived parts" in said[0]
    assert without_load(data_of(values.warehouse_dsn)) == without_load(before)
    # And the new warehouse knows what the archive has: nothing is archived twice.
    again = Archive(values.warehouse_dsn, cold.bucket)
    keys = set(cold.bucket.keys("archive"))
    assert "stage has not taken in" in again.archive().waiting[0]
    again.take_in()
    again.archive()
    assert again.rows() == [] and set(cold.bucket.keys("archive")) == keys


def without_load(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """Rows of the archive come back under the load that restored them."""
    samples = [json.loads(row) | {"load_id": None} for row in tables["iot__heart_rates"]]
    return {**tables, "iot__heart_rates": sorted(map(str, samples))}


@pytest.mark.slow
def test_nobody_without_s3_is_bothered(rig, lost, free_port):
    said: list[str] = []
    nowhere = f"aws://a:b@/?endpoint_url=http://127.0.0.1:{free_port()}"
    first_run.welcome(replace(lost(keeps_lake=False), s3_connection=nowhere), said.append)
    assert said == []
    first_run.welcome(replace(lost(), s3_connection=nowhere), said.append)
    assert len(said) == 1 and said[0].startswith("S3 was not looked into")


def test_settings_of_the_storage():
    assert settings.load({}).storage == StorageSettings()
    assert not settings.load({"VITALS_LAKE": "false"}).storage.keeps_lake
    with pytest.raises(settings.SettingError, match="VITALS_S3_BUCKET"):
        settings.load({"VITALS_S3_BUCKET": "No Bucket"})
