"""A data set holds what was asked for and no more, is whole or not there, and stays the same."""

import hashlib
import json
import re
import resource
import stat
import subprocess
from datetime import UTC, date, datetime

import pandas
import pyarrow.parquet as pq
import pytest
from psycopg import sql
from tests.datasets.conftest import STUDY_DAYS

from vitals import warehouse as connecting
from vitals.accounts.statements import statement as account_statement
from vitals.accounts.tombstones import PARTICIPANT, subject_hash
from vitals.api.studies import Member
from vitals.datasets import book, checking, making
from vitals.datasets.errors import DatasetError
from vitals.datasets.selection import Selection
from vitals.datasets.snapshot import Snapshot
from vitals.datasets.tables import TABLES

pytestmark = pytest.mark.slow

DEFAULT = [table.name for table in TABLES.values() if table.is_default]


def test_everything_of_everybody_is_in_it(maker, filled):
    lines = []
    made = maker(lines=lines)
    assert [one.name for one in made.resources] == DEFAULT
    for one in made.resources:
        relation = TABLES[one.name].relation
        if one.name != "participants":
            [[count]] = [[*row.values()] for row in filled.rows(f"select count(*) from {relation}")]
            assert one.rows == count == len(maker.rows(one.name)), one.name
            assert any(line.split()[:2] == [one.name, f"{count:,}"] for line in lines)
    stored = filled.rows("select * from agg.daily_health order by participant_id, local_date")
    found = maker.rows("daily_health")
    assert len(found) == 22
    for here, there in zip(found, stored, strict=True):
        there.pop("computed_at")
        assert here | {"sources": json.loads(here["sources"])} == there
    assert [row["participant_id"] for row in maker.rows("participants")] == ["p1", "p2", "p3"]
    assert {row["activity_id"] for row in maker.rows("activities")} == {"770123"}


def test_files_are_sorted_typed_and_small_groups(maker):
    maker()
    for name in DEFAULT:
        file = pq.ParquetFile(maker.path(name))
        order = [file.schema_arrow.names[one.column_index] for one in file.metadata.row_group(0)
                 .sorting_columns] if file.metadata.num_row_groups else []  # fmt: skip
        if order:
            assert tuple(order) == TABLES[name].order
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        rows = file.read().to_pylist()
        keys = [tuple(row[column] for column in TABLES[name].order) for row in rows]
        assert keys == sorted(keys) and len(set(keys)) == len(keys), name
    minutes = maker.table("heart_rate_minutes").schema
    assert str(minutes.field("minute").type) == "timestamp[us, tz=UTC]"
    assert str(minutes.field("bpm_min").type) == "float"
    assert str(maker.table("daily_health").schema.field("local_date").type) == "date32[day]"


def test_a_study_has_its_members_on_its_days_and_nothing_else(maker):
    maker(study="sleep", names=(*DEFAULT, "heart_rate_samples", "movement_samples"))
    daily = maker.rows("daily_health")
    assert [(row["participant_id"], row["local_date"]) for row in daily] == [
        ("p1", day) for day in STUDY_DAYS
    ]
    for table in ("heart_rate_minutes", "movement_minutes", "sleep_sessions", "sleep_stages"):
        days = {(row["participant_id"], row["local_date"]) for row in maker.rows(table)}
        assert days and days <= {("p1", day) for day in STUDY_DAYS}, table
    samples = maker.rows("heart_rate_samples")
    assert {row["local_ts"].date() for row in samples} == set(STUDY_DAYS)
    # Oslo is two hours ahead: the first sample is of the evening before in UTC.
    assert (
        len(samples) == 3 * 24 * 3 and samples[0]["ts"].isoformat() == "2025-10-20T22:00:00+00:00"
    )
    assert {row["local_ts"].date() for row in maker.rows("movement_samples")} == set(STUDY_DAYS)
    ledger = maker.rows("participant_day")
    assert {row["local_date"] for row in ledger if row["participant_id"] == "p1"} == set(STUDY_DAYS)
    assert min(row["local_date"] for row in ledger) == STUDY_DAYS[0]
    assert "outside_study_window" not in {row["state"] for row in ledger}
    people = {row["participant_id"]: row for row in maker.rows("participants")}
    assert (people["p1"]["first_date"], people["p1"]["last_date"]) == (
        STUDY_DAYS[0], STUDY_DAYS[-1],
    )  # fmt: skip
    assert people.keys() == {"p1", "p3"} and people["p3"]["last_date"] is None
    # The week of these days began the day before.
    assert maker.rows("weekly_health") == [] == maker.rows("monthly_health")


def test_days_and_people_may_be_chosen(maker):
    maker(participants=("p2",), first_date=date(2025, 10, 20), last_date=date(2025, 10, 26))
    daily = maker.rows("daily_health")
    assert {row["participant_id"] for row in daily} == {"p2"}
    assert len(daily) == 7
    assert [row["week_start"] for row in maker.rows("weekly_health")] == [date(2025, 10, 20)]
    assert maker.rows("monthly_health") == []
    assert maker.descriptor()["selection"] == {
        "study": None, "first_date": "2025-10-20", "last_date": "2025-10-26",
        "chosen_by_name": True, "participants": 1, "pseudonyms": False,
    }  # fmt: skip


def test_the_same_selection_gives_the_same_bytes(maker, bytes_of, monkeypatch):
    every = tuple(TABLES)
    first = maker("one", names=every, study="sleep")
    monkeypatch.setattr("vitals.datasets.snapshot._BATCH_BYTES", 1000)  # rows come otherwise
    again = maker("two", names=every, study="sleep")
    assert bytes_of(maker.parent / "one") == bytes_of(maker.parent / "two")
    assert first.data_sha256 == again.data_sha256
    assert maker("three", names=every, study="sleep", participants=("p1",)).data_sha256 != (
        first.data_sha256
    )
    for name in ("four", "five"):
        maker(name, names=every, file_format="csv")
    assert bytes_of(maker.parent / "four") == bytes_of(maker.parent / "five")


def test_csv_says_the_same(maker):
    maker("as_parquet", participants=("p1",))
    made = maker("as_csv", participants=("p1",), file_format="csv")
    for one in made.resources:
        read = pandas.read_csv(maker.parent / "as_csv" / one.path)
        assert list(read.columns) == maker.table(one.name, "as_parquet").column_names
        assert len(read) == one.rows == len(maker.rows(one.name, "as_parquet"))
    daily = pandas.read_csv(maker.parent / "as_csv/data/daily_health.csv.gz")
    assert daily["local_date"][0] == "2025-10-18"
    assert daily["heart_rate_mean_bpm"].tolist() == [
        row["heart_rate_mean_bpm"] for row in maker.rows("daily_health", "as_parquet")
    ]
    assert checking.check(maker.parent / "as_csv", lambda line: None) == []


def test_no_direct_identifier_is_in_it(maker):
    maker(file_format="csv")
    for path in (maker.parent / "set").rglob("*"):
        if path.is_file():
            text = subprocess.run(["zcat", "-f", path], capture_output=True, check=True).stdout
            assert b"ada@" not in text and b"1980-06-15" not in text, path


def test_the_session_that_reads_may_not_read_identifiers(filled):
    for refused in ("stage.participant_identifiers", "raw.iot__users", "accounts.accounts"):
        with (
            pytest.raises(connecting.WarehouseError, match="permission denied"),
            Snapshot.open(filled.dsn) as snapshot,
        ):
            snapshot.select([Member("p1")], {"p1": "p1"})
            snapshot.become_analyst()
            snapshot.rows("extent", relation=sql.SQL(refused), time=sql.SQL("1"), participant_id="")


def test_its_folder_explains_itself(maker, filled):
    made = maker(study="sleep")
    found = maker.descriptor()
    assert found["$schema"].startswith("https://datapackage.org/profiles/2")
    assert found["origin"]["newest_load"]["load_id"] == max(
        filled.values("select load_id from raw.loads")
    )
    assert found["origin"]["tables_taken_in_at"].keys() >= {"daily_health", "heart_rate_minutes"}
    assert found["origin"]["loads_not_taken_in"] == 0
    for file in found["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", file["name"].replace("_", "-"))
        assert file["type"] == "table" and file["format"] == "parquet"
        path = maker.parent / "set" / file["path"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert (file["hash"], file["bytes"]) == (f"sha256:{digest}", path.stat().st_size)
        fields = {field["name"]: field for field in file["schema"]["fields"]}
        assert list(fields) == pq.read_schema(path).names
        assert set(file["schema"]["primaryKey"]) <= fields.keys()
        assert all(field["description"] for field in fields.values()), file["name"]
        assert {field["type"] for field in fields.values()} <= {
            "string", "integer", "number", "boolean", "date", "datetime", "object",
        }  # fmt: skip
    [people] = [file for file in found["resources"] if file["name"] == "participants"]
    assert people["description"].startswith("Who is in the data set")
    page = (maker.parent / "set/README.md").read_text()
    assert made.data_sha256 in page and "2 participants of the study sleep" in page
    assert 'daily_health = pandas.read_parquet("data/daily_health.parquet")' in page
    assert "| `data/participants.parquet` | 2 | Who is in the data set" in page
    assert "$" not in page.replace("$ ", "")
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=maker.parent / "set",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.count(": OK") == len(found["resources"]) + 2
    assert stat.S_IMODE((maker.parent / "set").stat().st_mode) == 0o700


def test_a_changed_lost_or_added_file_is_named(maker):
    maker()
    folder = maker.parent / "set"
    assert checking.check(folder, lambda line: None) == []
    path = folder / "data/daily_health.parquet"
    whole = path.read_bytes()
    for place in (10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert checking.check(folder, lambda line: None) == [
            "data/daily_health.parquet: has changed since the data set was made"
        ]
    path.unlink()
    (folder / "data/notes.txt").write_text("mine")
    assert checking.check(folder, lambda line: None) == [
        "data/daily_health.parquet: is missing",
        "data/notes.txt: is no part of the data set",
    ]
    with pytest.raises(DatasetError, match="is no data set"):
        checking.check(maker.parent, lambda line: None)


def test_what_cannot_be_made_is_one_line_and_leaves_nothing(maker, filled):
    maker("there")
    refused = {
        "no study 'x': there are sleep": {"study": "x"},
        "nobody in study 'sleep' is called p2": {"study": "sleep", "participants": ("p2",)},
        "nobody here is called p9": {"participants": ("p9",)},
        "has no day between": {"study": "sleep", "last_date": date(2025, 1, 1)},
        "would end before it begins": {
            "first_date": date(2025, 1, 2), "last_date": date(2025, 1, 1),
        },
        "not one row": {"last_date": date(2020, 1, 1)},
        "must not name a participant": {"name": "p1"},
        "is no name of a data set": {"name": "../x"},
        "exists: data sets never change": {"name": "there"},
    }  # fmt: skip
    for said, asked in refused.items():
        with pytest.raises(DatasetError, match=said) as error:
            maker(**asked)
        assert "\n" not in str(error.value)
    with pytest.raises(DatasetError, match="no table x: there are participants"):
        maker(names=("x",))
    assert [path.name for path in maker.parent.iterdir()] == ["there"]
    assert filled.values("select dataset_name from datasets.made") == ["there"]


def test_a_full_disk_leaves_nothing(maker, filled, monkeypatch):
    """A limit on the size of files is as good as a full disk, and needs no disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    try:
        with pytest.raises(DatasetError, match=f"cannot write {maker.parent}/set: File too large"):
            maker(names=("heart_rate_minutes", "daily_health"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [*maker.parent.iterdir()] == []
    assert filled.values("select dataset_name from datasets.made") == []


def test_all_tables_are_of_one_instant(maker, filled):
    """Rows that are deleted while a data set is being made are in all of its files."""

    class Deleting(list):
        def append(self, line):
            if line.startswith("daily_health"):
                filled.connection.execute("create table kept as table stage.sleep_sessions")
                filled.connection.execute("delete from stage.sleep_sessions")

    try:
        maker(lines=Deleting(), names=("daily_health", "sleep_sessions"))
        assert filled.rows("select * from stage.sleep_sessions") == []
        assert len(maker.rows("sleep_sessions")) == 2
    finally:
        filled.connection.execute("insert into stage.sleep_sessions table kept")
        filled.connection.execute("drop table kept")


def test_samples_in_cold_storage_are_not_left_out_silently(maker, filled):
    filled.connection.execute(
        "insert into archive.parts"
        " (table_name, range_start, range_end, part_number, state, object_key, manifest_key)"
        " values ('iot__heart_rates', '2025-10-16', '2025-10-23', 1, 'archived', 'x', 'x')"
    )
    filled.connection.execute(
        "insert into archive.part_subjects (part_id, subject_id, row_count, digest)"
        " select part_id, 'd1', 1, 1 from archive.parts"
    )
    try:
        with pytest.raises(DatasetError, match="samples of 1 of them lie in cold storage"):
            maker(names=("heart_rate_samples",))
        maker(names=("heart_rate_samples",), first_date=date(2025, 10, 26))
    finally:
        filled.connection.execute("truncate archive.parts cascade")


def test_what_may_not_be_kept_is_not_frozen(maker, monkeypatch):
    monkeypatch.setenv("GARMIN__RETENTION_DAYS", "7")
    with pytest.raises(DatasetError, match="data of garmin may be kept for 7 days .*2025-10-22"):
        maker()
    assert maker(last_date=date(2025, 10, 21)).rows


def test_a_lost_server_leaves_nothing(maker, filled):
    class Killing(list):
        def append(self, line):
            if line.startswith("daily_health"):
                filled.connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and state = 'idle in transaction'"
                )

    with pytest.raises(connecting.WarehouseError) as error:
        maker(lines=Killing())
    assert "\n" not in str(error.value)
    assert [*maker.parent.iterdir()] == []
    assert filled.values("select dataset_name from datasets.made") == []


def test_who_is_deleted_meanwhile_is_noticed(maker, filled):
    class Forgetting(list):
        def append(self, line):
            if line.startswith("daily_health"):
                filled.connection.execute("delete from datasets.participants")

    with pytest.raises(DatasetError, match="somebody was deleted"):
        maker(lines=Forgetting())
    assert [*maker.parent.iterdir()] == []


def test_who_is_being_deleted_is_refused(maker, filled):
    """The receipt of the deletion has named the data sets by then, and would not name this one."""
    stone = {
        "subject_hash": subject_hash(b"key", PARTICIPANT, "p2"), "kind": PARTICIPANT,
        "key": b"key", "deleted_at": datetime.now(UTC),
    }  # fmt: skip
    filled.connection.execute(account_statement("add_tombstone"), stone)
    try:
        with pytest.raises(DatasetError, match="somebody is being deleted"):
            maker()
        assert not maker.parent.exists()
        assert filled.values("select dataset_name from datasets.made") == []
        assert maker("study", study="sleep").people == "2 participants"
    finally:
        filled.connection.execute("truncate accounts.tombstones")


def test_the_book_knows_who_is_in_which(maker, filled):
    made = maker("first")
    maker("second", study="sleep")
    with connecting.connect(filled.dsn, autocommit=True) as connection:
        assert [one.dataset_name for one in book.holding(connection, "p1")] == ["first", "second"]
        assert [one.dataset_name for one in book.holding(connection, "p2")] == ["first"]
        [first, second] = book.listed(connection)
    assert (first.row_count, first.data_sha256) == (made.rows, made.data_sha256)
    assert (second.study, second.participants, bool(second.finished_at)) == ("sleep", 2, True)
    assert first.folder == str(maker.parent / "first")


def test_a_warehouse_without_tables_says_so(warehouse_dsn, tmp_path):
    order = making.Order("x", tmp_path, Selection(), list(TABLES.values()))
    with pytest.raises(DatasetError, match="its first run makes them"):
        making.make(warehouse_dsn, order, lambda line: None)
