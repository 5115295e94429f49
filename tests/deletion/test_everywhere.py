"""One person with a watch, an account, an export and a lake: gone from everywhere, for good."""

import json
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest
from tests.deletion.everywhere import tables_that_say
from tests.lake.conftest import DAYS, Rig, new_lake, values_of
from tests.load.conftest import EPOCH, heart_rates, sleep
from tests.simulator.conftest import prepare
from tests.star.star import Event, Star

from vitals import settings
from vitals.accounts.synthetic import connect_synthetic
from vitals.accounts.tombstones import ParticipantDeletedError
from vitals.api import studies, tokens
from vitals.api.audit import Access
from vitals.api.statements import statement as api_statement
from vitals.deletion import database, identity, tombs
from vitals.deletion.identity import Identity
from vitals.deletion.participant import delete_participant
from vitals.lake.store import Key
from vitals.load import iot, oltp
from vitals.load.export_people import Person
from vitals.load.exports import import_exports
from vitals.load.rebuild import Wanted, rebuild
from vitals.monitoring import notices
from vitals.monitoring.books import note_failed_run
from vitals.monitoring.findings import Finding
from vitals.operational_settings import READER, OperationalTarget
from vitals.quality import store as checks
from vitals.synthetic import operational

pytestmark = pytest.mark.slow

PEOPLE = ("p0001", "p0002")
WATCHES = ("watch-of-one", "watch-of-two")
RESOURCES = ["profiles", "steps", "sleep", "activities"]


class Everything:
    """Two people with all that somebody may have, up to the monthly tables."""

    def __init__(self, warehouse, rig: Rig, mongo_uri: str, folder: Path) -> None:
        self.warehouse, self.rig, self.mongo_uri, self.folder = warehouse, rig, mongo_uri, folder
        self.dsn, self.lake = rig.dsn, rig.lake

    def fill(self, store) -> None:
        self.rig.connect("fitbit")
        for number, person in enumerate(PEOPLE):
            watch = WATCHES[number]
            store.users.insert_one(
                {"user_id": person, "devices": [watch], "created_at": EPOCH, "age": 40}
            )
            store.heart_rates.insert_one(heart_rates(watch, 0, [60, 61, 900]))
            store.sleeps.insert_one(sleep(watch, 8))
            self.rig.load(f"fitbit:{person}", resources=RESOURCES)
            self.import_export(person)
        self.read_watches()
        self.read_star()
        self.warehouse.transform()
        for person in PEOPLE:
            self.look_at(person)
        self.warehouse.connection.execute(
            "create table quality.heart_rate_is_plausible as select * from agg.daily_health"
        )

    def read_star(self) -> None:
        star, target = Star(self.warehouse), OperationalTarget(self.dsn, role=READER)
        operational.fill(self.warehouse.connection, 1, len(PEOPLE))
        oltp.extract_and_load(self.dsn, target, progress=str)
        star.events(*(Event(n, n, person) for n, person in enumerate(PEOPLE)))

    def look_at(self, person: str) -> None:
        """What people and machines did with what there is of somebody."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            studies.add(connection, "sleep", [person])
            theirs = tokens.create(connection, f"phone of {person}", participant_id=person)
            every = tokens.create(connection, "dashboard")
            for access in (
                Access(
                    theirs.token_id, "/v1/participants/{participant_id}", person, "", None, 200, 1
                ),
                Access(every.token_id, "/v1/participants", None, f"search={person}", None, 200, 1),
                Access(every.token_id, "/v1/health/daily", None, "cursor=...", None, 200, 9),
            ):
                columns = {name: [value] for name, value in asdict(access).items()}
                connection.execute(api_statement("record_accesses"), columns)
        reason = f"fitbit:{person}: 403"
        note_failed_run(
            self.dsn, "fitbit_raw_extract", f"run-{person[-1]}", f"extract[{person}]", reason
        )
        failed = Finding("failed", f"failed:fitbit:{person[-1]}", reason, "mend it")
        silent = Finding("silent", f"silent:{person}", f"{person}: no data for 3 days", "ask")
        notices.record(self.dsn, "email", [failed, silent])
        checks.start_run(self.dsn, f"checks-{person[-1]}")
        self.warehouse.connection.execute(
            "insert into quality.results"
            " (run_id, check_name, layer, relation, severity, status, message, seconds)"
            " values (%s, 'x', 'raw', 'x', 'warn', 'broken', %s, 1)",
            [f"checks-{person[-1]}", f"row of {person} cannot be read"],
        )

    def read_watches(self):
        return iot.extract_and_load(self.dsn, self.mongo_uri, "full", progress=str)

    def import_export(self, person: str):
        folder = self.folder / person
        folder.mkdir(exist_ok=True)
        beats = [{"dateTime": "11/20/26 08:00:05", "value": {"bpm": 61, "confidence": 3}}]
        (folder / "heart_rate-2026-11-20.json").write_text(json.dumps(beats))
        return import_exports(
            self.dsn, [folder], Person(person, time_zones="Europe/Paris"), progress=str
        )

    def who(self, person: str) -> Identity:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return identity.find(connection, person)

    def rows(self, who: Identity) -> dict[str, int]:
        """How many rows there are of a person, table by table."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return database.count(connection, who)


@pytest.fixture
def everything(
    warehouse,
    served,
    make_settings,
    s3_client,
    mongo_uri,
    tmp_path,
    monkeypatch,  # noqa: F811
):
    import pymongo

    monkeypatch.setenv("VITALS_HISTORY_DAYS", str(DAYS))
    target = prepare(served)
    values = values_of(target, make_settings)
    monkeypatch.setattr(settings, "load", lambda *_: values)
    made = Everything(
        warehouse, Rig(warehouse.dsn, values, target, new_lake(s3_client)), mongo_uri, tmp_path
    )
    with pymongo.MongoClient(mongo_uri) as client:
        made.fill(client.get_default_database())
    return made


def test_one_person_goes_from_everywhere_for_good(everything):
    gone, stays = PEOPLE
    # Known before, so that what comes back under any of their ids is found.
    who = {person: everything.who(person) for person in PEOPLE}
    before = {person: everything.rows(who[person]) for person in PEOPLE}
    for layer in (
        "raw.iot__heart_rates", "raw.fitbit__steps", "raw.fitbit_export__heart_rates",
        "raw.rejected_records", "raw.cursors", "raw.export_files", "raw.loads", "raw.touched_days",
        "stage.heart_rate_minutes", "stage.sleep_sessions",
        "agg.daily_health", "agg.weekly_health", "agg.monthly_health", "accounts.tokens",
    ):  # fmt: skip
        assert before[gone][layer] > 0, layer
    objects = everything.lake.objects()
    theirs = [key for key in objects if everything.lake.head(key).account_id == f"fitbit:{gone}"]
    kept = {key: content(everything.lake, key) for key in theirs}

    named = tables_that_say(everything.dsn, [gone, WATCHES[0]])
    assert {
        "api.accesses", "api.study_members", "api.tokens", "ops.failed_runs", "ops.notices",
        "oltp.users", "quality.heart_rate_is_plausible", "quality.results", "raw.oltp__users",
        "raw.stream__heart_rates",
    } <= named.keys()  # fmt: skip

    receipt = delete_participant(everything.dsn, gone, everything.lake, None, progress=str)

    # Nobody finds them by looking for their name, whatever the columns are called.
    assert tables_that_say(everything.dsn, [gone, WATCHES[0]]) == {}
    # Everything of one person, nothing of the other one, in every table that there is.
    assert receipt.left == 0 and receipt.rows_left.keys() == before[gone].keys()
    assert receipt.rows_deleted == {name: rows for name, rows in before[gone].items() if rows}
    copied = {"quality.heart_rate_is_plausible": 0}  # the next run of the checks copies it again
    assert everything.rows(who[stays]) == before[stays] | copied
    assert receipt.lake_objects_deleted == len(theirs) > 0
    assert everything.lake.objects() == [key for key in objects if key not in theirs]
    assert any("Fitbit" in wish for wish in receipt.by_hand)
    text = json.dumps(receipt.to_dict())
    assert gone not in text and WATCHES[0] not in text

    # Whatever brings something of theirs is refused, and says so.
    assert everything.read_watches().counts["rows_withheld"] == 2 + 1 + 1 + 1
    with pytest.raises(ParticipantDeletedError):
        everything.import_export(gone)
    with pytest.raises(ParticipantDeletedError):
        connect_synthetic(everything.dsn, everything.rig.values, ["fitbit"], accounts=1)
    with pytest.raises(ParticipantDeletedError):
        everything.rig.load(f"fitbit:{gone}")
    for key, body in kept.items():  # as a copy of the bucket would bring them back
        everything.lake.client.put_object(Bucket=everything.lake.bucket, Key=str(key), Body=body)
    summary = rebuild(everything.dsn, everything.lake, Wanted(again=True), progress=str)
    assert summary.withheld == len(theirs) and summary.problems == {}
    everything.warehouse.transform()
    assert not any(everything.rows(who[gone]).values())

    # A later deletion finds what was copied back.
    again = delete_participant(everything.dsn, gone, everything.lake, None, progress=str)
    assert again.lake_objects_deleted == len(theirs) and again.left == 0
    assert again.number == receipt.number


def test_tombstones_outlive_the_database(rig, lake, new_warehouse):  # noqa: F811
    rig.load(resources=["profiles"])
    delete_participant(rig.dsn, "p0001", lake, None, progress=str)
    dsn = new_warehouse()
    with psycopg.connect(dsn, autocommit=True) as connection:
        assert tombs.fetch_copy(connection, lake) == 1
        assert tombs.fetch_copy(connection, lake) == 0
    with pytest.raises(ParticipantDeletedError):
        connect_synthetic(dsn, rig.values, ["fitbit"], accounts=1)


def content(lake, key: Key) -> bytes:  # noqa: F811
    return lake.client.get_object(Bucket=lake.bucket, Key=str(key))["Body"].read()
