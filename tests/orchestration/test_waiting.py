"""Is there something to do? Asked of a real warehouse and a real document store."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

import psycopg
import pymongo
import pytest
from bson import ObjectId

from vitals.load.iot import extract_and_load
from vitals.orchestration.waiting import loads_waiting, work_waiting

# The progress table as dbt makes it from its contract.
PROGRESS = """
create table stage.load_progress (
    model_name text primary key, loads int4multirange not null, taken_at timestamptz not null
);
grant select on stage.load_progress to transformer
"""


@pytest.fixture(autouse=True)
def manifest(tmp_path, monkeypatch):
    """A manifest with one layer of two models that take in loads, and a view that does not."""

    def model(name: str, rebuild: str | None, layer: str = "stage") -> dict:
        return {"name": name, "tags": [layer], "config": {"rebuild": rebuild}}

    nodes = {
        "model.vitals.heart": model("heart", "ranges"),
        "model.vitals.sleep": model("sleep", "days"),
        "model.vitals.view": model("view", None),
        "model.vitals.events": model("events", "loads", "star"),
    }
    path = tmp_path / "dbt" / "manifest.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"nodes": nodes}))
    monkeypatch.setenv("VITALS_HOME", str(tmp_path))


@pytest.fixture
def database(warehouse_dsn):
    with psycopg.connect(warehouse_dsn, autocommit=True) as connection:
        yield connection


def take(database, model: str, loads: str) -> None:
    database.execute(
        "insert into stage.load_progress values (%s, %s, now())"
        " on conflict (model_name) do update set loads = excluded.loads",
        [model, loads],
    )


def add_load(database, status: str = "done", touched: bool = True) -> int:
    load_id = database.execute(
        "insert into raw.loads (source, resource, mode, status)"
        " values ('iot', 'heart_rates', 'incremental', %s) returning load_id",
        [status],
    ).fetchone()[0]
    if touched:
        database.execute(
            "insert into raw.touched_days (load_id, source, resource, subject_id, utc_date,"
            " first_ts, last_ts) values (%s, 'iot', 'heart_rates', 'd', '2025-01-01',"
            " '2025-01-01', '2025-01-01')",
            [load_id],
        )
    return load_id


def put_document(mongo_uri: str, minute: int) -> None:
    """A heart-rate bucket of 2025-01-01, inserted now."""
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    bucket = {
        "_id": ObjectId(),
        "device_id": "d",
        "created_at": start,
        "ended_at": start + timedelta(minutes=1),
        "metrics": [{"ts": start, "bpm": 60, "confidence": 1}],
    }
    with pymongo.MongoClient(mongo_uri) as client:
        client.get_default_database().heart_rates.insert_one(bucket)


def test_tables_that_were_never_filled_wait(warehouse_dsn, database):
    assert loads_waiting(warehouse_dsn, "stage")  # not even the progress table is there
    database.execute(PROGRESS)
    take(database, "heart", "{}")
    assert loads_waiting(warehouse_dsn, "stage")  # one model has no progress
    take(database, "sleep", "{}")
    assert not loads_waiting(warehouse_dsn, "stage")


def test_a_load_waits_until_every_model_has_taken_it(warehouse_dsn, database):
    database.execute(PROGRESS)
    load_id = add_load(database)
    taken = f"{{[{load_id},{load_id}]}}"
    take(database, "heart", taken)
    take(database, "sleep", "{}")
    assert loads_waiting(warehouse_dsn, "stage")
    take(database, "sleep", taken)
    assert not loads_waiting(warehouse_dsn, "stage")


def test_a_load_that_was_left_out_is_found_between_others(warehouse_dsn, database):
    database.execute(PROGRESS)
    first, second, third = (add_load(database) for _ in range(3))
    for model in ("heart", "sleep"):
        take(database, model, f"{{[{first},{first}],[{third},{third}]}}")
    assert loads_waiting(warehouse_dsn, "stage")
    for model in ("heart", "sleep"):
        take(database, model, f"{{[{first},{second}],[{third},{third}]}}")
    assert not loads_waiting(warehouse_dsn, "stage")


def test_a_changed_project_waits_until_every_model_has_looked(warehouse_dsn, database):
    database.execute(PROGRESS)
    take(database, "heart", "{}")
    take(database, "sleep", "{}")
    database.execute("update stage.load_progress set taken_at = '-infinity'")
    assert loads_waiting(warehouse_dsn, "stage")
    database.execute("update stage.load_progress set taken_at = now()")
    assert not loads_waiting(warehouse_dsn, "stage")


@pytest.mark.parametrize(
    ("status", "touched", "waits"),
    [
        ("done", True, True),
        ("done", False, False),
        ("failed", True, True),
        ("interrupted", True, True),
        ("running", True, False),
    ],
)
def test_which_loads_count(warehouse_dsn, database, status, touched, waits):
    database.execute(PROGRESS)
    take(database, "heart", "{}")
    take(database, "sleep", "{}")
    add_load(database, status, touched)
    assert loads_waiting(warehouse_dsn, "stage") == waits


def test_new_documents_are_work_until_they_are_loaded_and_transformed(
    warehouse_dsn, mongo_uri, database
):
    database.execute(PROGRESS)
    take(database, "heart", "{}")
    take(database, "sleep", "{}")
    assert not work_waiting(warehouse_dsn, mongo_uri)
    put_document(mongo_uri, minute=0)
    assert work_waiting(warehouse_dsn, mongo_uri)
    extract_and_load(warehouse_dsn, mongo_uri)
    assert work_waiting(warehouse_dsn, mongo_uri)  # it was loaded, but stage has not taken it
    everything = "{[1,1000]}"
    take(database, "heart", everything)
    take(database, "sleep", everything)
    assert not work_waiting(warehouse_dsn, mongo_uri)


@pytest.fixture
def airflow_connections(warehouse_dsn, mongo_uri, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", warehouse_dsn)
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_MONGO", mongo_uri.replace("mongodb:", "mongo:", 1))


def trigger(wait: float):
    from vitals.orchestration.triggers import NewDocumentsTrigger

    deadline = datetime.now(UTC) + timedelta(seconds=wait)
    return NewDocumentsTrigger(deadline=deadline.isoformat(), poke_interval=0.2)


async def first_event(waiting) -> dict:
    return (await anext(aiter(waiting.run()))).payload


@pytest.fixture
def nothing_to_do(airflow_connections, database):
    database.execute(PROGRESS)
    take(database, "heart", "{}")
    take(database, "sleep", "{}")


def test_the_trigger_survives_being_sent_to_another_process(airflow_connections):
    from vitals.orchestration.triggers import NewDocumentsTrigger

    path, kwargs = trigger(60).serialize()
    assert path == "vitals.orchestration.triggers.NewDocumentsTrigger"
    assert json.loads(json.dumps(kwargs)) == kwargs
    assert not any("://" in str(value) for value in kwargs.values())
    assert NewDocumentsTrigger(**kwargs).serialize() == (path, kwargs)


def test_the_trigger_gives_up_at_its_deadline(nothing_to_do):
    assert asyncio.run(first_event(trigger(wait=1))) == {"found": False}


def test_the_trigger_fires_when_a_document_comes(nothing_to_do, mongo_uri):
    async def a_document_comes_later():
        event = asyncio.create_task(first_event(trigger(wait=600)))
        await asyncio.sleep(1)
        assert not event.done()
        await asyncio.to_thread(put_document, mongo_uri, 0)
        return await asyncio.wait_for(event, timeout=300)

    assert asyncio.run(a_document_comes_later()) == {"found": True}


def test_a_load_of_the_stream_waits_for_what_adds_its_events(database, warehouse_dsn):
    database.execute(PROGRESS)
    for model in ("heart", "sleep", "events"):
        take(database, model, "{}")
    assert not loads_waiting(warehouse_dsn, "star")
    database.execute(
        "insert into raw.loads (source, resource, mode, status, rows_read, rows_loaded)"
        " values ('stream', 'heart_rates', 'incremental', 'done', 5, 5)"
    )
    assert loads_waiting(warehouse_dsn, "star")
    assert not loads_waiting(warehouse_dsn, "stage")


def test_the_inbox_is_looked_into_until_files_have_come(airflow_connections, tmp_path, monkeypatch):
    from vitals.orchestration.exports import NewExportsTrigger

    inbox = tmp_path / "inbox"
    monkeypatch.setenv("VITALS_EXPORT_INBOX", str(inbox))
    waiting = NewExportsTrigger(deadline=datetime.now(UTC).isoformat(), poke_interval=0.2)
    assert waiting.serialize()[0] == "vitals.orchestration.exports.NewExportsTrigger"
    assert asyncio.run(first_event(waiting)) == {"found": False}
    file = inbox / "p0001" / "steps-2026-03-01.json"
    file.parent.mkdir(parents=True)
    file.write_text("[]")
    os.utime(file, (0, 0))  # it has been there for long
    assert asyncio.run(first_event(waiting)) == {"found": True}
