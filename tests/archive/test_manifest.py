"""Manifests and settings: what is written can be read, and a wrong choice is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vitals.archive import settings
from vitals.archive.manifest import Column, Manifest, SubjectRows
from vitals.setting_values import SettingError

START = datetime(2025, 6, 5, tzinfo=UTC)
MANIFEST = Manifest(
    table="iot__heart_rates",
    range_start=START,
    range_end=START + timedelta(days=7),
    part_number=2,
    subject_column="device_id",
    time_column="ts",
    key=("device_id", "ts"),
    columns=(Column("device_id", "text"), Column("ts", "timestamp with time zone")),
    subjects={"d1": SubjectRows(10, -5), "d2": SubjectRows(20, 2**62)},
    min_time=START + timedelta(hours=1),
    max_time=START + timedelta(hours=2),
    size_bytes=1234,
    sha256="ab" * 32,
    part_bytes=5_000_000,
    checksum="abc=-2",
    storage_class="STANDARD",
    encryption="bucket",
    schema_version=110,
    vocabulary_sha256="cd" * 32,
    code_version="0.1.0",
    server_version=17,
    last_load_id=3,
    written_at=START + timedelta(days=500),
    supersedes=("archive-manifests/x.json",),
)


def test_a_manifest_is_read_as_it_was_written():
    text = MANIFEST.to_json()
    assert Manifest.from_json(text) == MANIFEST
    assert json.loads(text)["rows"] == 30
    assert json.loads(text)["subjects"]["d1"] == {"rows": 10, "digest": "fffffffffffffffb"}


def test_keys_say_table_and_month():
    name = "iot__heart_rates/year=2025/month=06/iot__heart_rates-20250605-20250612-part-0002"
    assert MANIFEST.object_key == f"archive/{name}.parquet"
    assert MANIFEST.key_in_bucket == f"archive-manifests/{name}.json"


@pytest.mark.parametrize(
    ("first_hour", "end_hour", "overlaps"),
    [(0, 1, False), (0, 1.5, True), (2, 3, True), (2.5, 3, False), (None, None, True)],
)
def test_the_end_of_a_time_range_does_not_belong_to_it(first_hour, end_hour, overlaps):
    def at(hour):
        return None if hour is None else START + timedelta(hours=hour)

    assert MANIFEST.overlaps(at(first_hour), at(end_hour)) is overlaps


@pytest.mark.parametrize(
    "strange",
    [
        {"table": "iot__steps; drop schema agg cascade; --"},
        {"key": ["device_id", "ts) or true"]},
        {"columns": [{"name": "ts", "type": "text, (select 1)"}]},
        {"columns": [{"name": "Ts", "type": "text"}]},
        {"last_load_id": "1); select pg_sleep(9); --"},
        {"size_bytes": True},
        {"sha256": "'"},
    ],
)
def test_what_would_be_a_statement_is_no_manifest(strange):
    text = json.dumps({**json.loads(MANIFEST.to_json()), **strange}).encode()
    with pytest.raises(ValueError, match="name, type or number"):
        Manifest.from_json(text)


@pytest.mark.parametrize("kind", ["numeric(10,2)", "timestamp(3) with time zone", "text[]"])
def test_types_of_postgresql_are_plain(kind):
    columns = (*MANIFEST.columns, Column("x", kind))
    assert Manifest.from_json(replace(MANIFEST, columns=columns).to_json()).columns == columns


def test_a_manifest_of_a_later_version_is_not_misread():
    with pytest.raises(ValueError, match="format 2"):
        Manifest.from_json(json.dumps({"format": 2}).encode())


def test_without_settings_a_year_stays_and_the_rest_goes_to_glacier():
    found = settings.read({})
    assert (found.older_than_days, found.storage_class, found.tables) == (365, "STANDARD", ())
    assert (found.glacier_after_months, found.deep_archive_after_months) == (1, 6)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARCHIVE__STORAGE_CLASS", "FROZEN"),
        ("ARCHIVE__ENCRYPTION", "rot13"),
        ("ARCHIVE__PART_MB", "4"),
        ("ARCHIVE__OLDER_THAN_DAYS", "0"),
        ("ARCHIVE__DEEP_ARCHIVE_AFTER_MONTHS", "3"),
    ],
)
def test_a_setting_that_s3_would_refuse_is_refused_here(variable, value):
    with pytest.raises(SettingError, match=variable):
        settings.read({variable: value})
