"""The inbox: whose files are waiting, and that they are imported once."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vitals import storage
from vitals.load.export_inbox import Inbox, InboxError, import_waiting, waiting
from vitals.simulator.exports import apple, google
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth.people import to_day

DAY = to_day(date(2026, 3, 2))


@pytest.fixture
def export(view, tmp_path) -> Path:
    path = tmp_path / "made" / "export.zip"
    with Sink.to(path) as sink:
        apple.write(view, sink, DAY, DAY)
    return path


def settle(place: Path) -> None:
    """What arrived a minute ago."""
    for path in [place, *place.rglob("*")]:
        os.utime(path, (time.time() - 60,) * 2)


def test_a_folder_is_imported_once(imports, view, export, tmp_path):
    place = tmp_path / "inbox"
    inbox = Inbox(str(place))
    assert waiting(imports.dsn, inbox) == []  # there is none yet
    (place / "p0001").mkdir(parents=True)
    with Sink.to(place / "p0001" / "google") as sink:
        google.write(view, sink, DAY, DAY)
    (place / "p0002").mkdir()
    export.rename(place / "p0002" / "export.zip")
    (place / "p0002" / "person.json").write_text(json.dumps({"time_zone": "Europe/Paris"}))
    assert waiting(imports.dsn, inbox) == []  # still being copied, perhaps
    settle(place)
    found = waiting(imports.dsn, inbox)
    assert [one.participant_id for one in found] == ["p0001", "p0002"]
    for one in found:
        assert import_waiting(imports.dsn, inbox, one, progress=str).files["loaded"]
    assert waiting(imports.dsn, inbox) == []
    zones = imports.fetch(
        "select participant_id, time_zones from raw.account_exports__profiles order by 1"
    )
    assert zones == [("p0001", None), ("p0002", "Europe/Paris")]

    (place / "p0002" / "person.json").write_text(json.dumps({"time_zone": "Europe/Rome"}))
    settle(place / "p0002" / "person.json")
    [again] = waiting(imports.dsn, inbox)
    assert import_waiting(imports.dsn, inbox, again, progress=str).files == {"unchanged": 1}
    (place / "p0002" / "person.json").write_text("no JSON")
    settle(place / "p0002" / "person.json")
    [wrong] = waiting(imports.dsn, inbox)
    with pytest.raises(InboxError, match="p0002/person.json"):
        import_waiting(imports.dsn, inbox, wrong, progress=str)


def test_a_prefix_in_s3_is_imported_once(imports, export, s3):
    client = storage.client(s3)
    client.create_bucket(Bucket="exports")
    client.upload_file(str(export), "exports", "inbox/p0003/part/export.zip")
    client.put_object(Bucket="exports", Key="elsewhere/p0004/x.zip", Body=b"x")
    inbox = Inbox("s3://exports/inbox", s3)
    [one] = waiting(imports.dsn, inbox)
    assert one.participant_id == "p0003"
    assert import_waiting(imports.dsn, inbox, one, progress=str).files == {"loaded": 1}
    assert waiting(imports.dsn, inbox) == []
    accounts = imports.fetch("select distinct account_id from raw.apple_health__heart_rates")
    assert len(accounts) == 1 and accounts[0][0].startswith("apple_health:p0003/watch-")
    with pytest.raises(InboxError, match="cannot read"):
        waiting(imports.dsn, Inbox("s3://nothing/here", s3))


@pytest.fixture
def trigger(imports, s3, test_settings, monkeypatch) -> Callable[[float], Any]:
    """What a sensor leaves to the triggerer: to look at a prefix in S3 for some seconds."""
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", imports.dsn)
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_S3", test_settings.s3_connection)
    monkeypatch.setenv("VITALS_EXPORT_INBOX", "s3://watched/inbox")
    storage.client(s3).create_bucket(Bucket="watched")
    from vitals.orchestration.exports import NewExportsTrigger

    def make(seconds: float) -> NewExportsTrigger:
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        return NewExportsTrigger(deadline.isoformat(), poke_interval=0.1)

    return make


async def first_event(trigger) -> dict:
    return (await anext(aiter(trigger.run()))).payload


def test_the_trigger_fires_when_an_object_comes(trigger, s3):
    path, kwargs = trigger(60).serialize()
    assert path == "vitals.orchestration.exports.NewExportsTrigger"
    assert not any("://" in str(value) for value in kwargs.values())
    assert asyncio.run(first_event(trigger(0.3))) == {"found": False}

    async def an_object_comes_later() -> dict:
        event = asyncio.create_task(first_event(trigger(600)))
        await asyncio.sleep(0.3)
        assert not event.done()
        put = storage.client(s3).put_object
        await asyncio.to_thread(put, Bucket="watched", Key="inbox/p0001/x.zip", Body=b"x")
        return await event

    assert asyncio.run(an_object_comes_later()) == {"found": True}
