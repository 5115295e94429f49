"""The objects of the lake on two S3 servers: written once, found by day, gone with all versions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.archive.conftest import on_both_servers

from vitals.lake.errors import LakeError, LoadIdTakenError
from vitals.lake.payload import Calls, Head, Question, frame
from vitals.lake.store import Key
from vitals.sources._api.spec import DateWindow

DAY = date(2026, 11, 20)
WINDOW = DateWindow(DAY, DAY)
HEAD = Head(
    load_id=1,
    source="fitbit",
    resource="steps",
    account_id="fitbit:p0001",
    reading="r1",
    read_at=datetime(2026, 11, 20, 3, tzinfo=UTC),
    mode="window",
    run_id=None,
    windows=(WINDOW,),
    position=None,
)


def content(head: Head, answer: bytes = b'{"steps": 7}') -> bytes:
    days = {"first_date": DAY, "last_date": DAY}
    lines = frame(days, [(Question("GET", "https://api.fitbit.com/steps"), answer, True)])
    return Calls((WINDOW,), (lines,)).content(head)


def heads(*numbers: int) -> list[Head]:
    """One a day; numbers are given out in another order than the days."""
    return [
        replace(HEAD, load_id=number, read_at=HEAD.read_at + timedelta(days=later))
        for later, number in enumerate(numbers)
    ]


@on_both_servers
def test_an_object_is_written_once(lake):
    lake.put(HEAD, content(HEAD))
    lake.put(HEAD, content(HEAD))  # a try whose answer was lost
    with pytest.raises(LoadIdTakenError, match="another warehouse"):
        lake.put(HEAD, content(HEAD, b'{"steps": 8}'))
    assert [answer.payload for answer in lake.answers(Key.of(HEAD))] == [{"steps": 7}]
    assert lake.head(Key.of(HEAD)) == HEAD


@on_both_servers
def test_objects_are_found_by_source_and_day(lake):
    every = [*heads(12, 11, 13), replace(HEAD, load_id=2, source="garmin")]
    for head in every:
        lake.put(head, content(head))
    assert [key.load_id for key in lake.objects()] == [2, 11, 12, 13]
    assert [key.load_id for key in lake.walk("fitbit")] == [12, 11, 13]
    assert [key.load_id for key in lake.objects("fitbit", last=DAY)] == [12]
    between = lake.objects("fitbit", DAY + timedelta(days=1), DAY + timedelta(days=1))
    assert [key.load_id for key in between] == [11]
    assert lake.objects("strava") == []


@on_both_servers
def test_what_is_deleted_leaves_no_version(lake):
    lake.write_note("notes/x", b"1")
    versions = {"Status": "Enabled"}
    lake.client.put_bucket_versioning(Bucket=lake.bucket, VersioningConfiguration=versions)
    lake.write_note("notes/x", b"2")
    lake.write_note("notes/x", b"3")
    lake.forget_earlier("notes/x")
    found = lake.client.list_object_versions(Bucket=lake.bucket)
    assert len(found["Versions"]) == 1 and lake.read_note("notes/x") == b"3"
    lake.put(HEAD, content(HEAD))
    assert lake.delete(["notes/x", str(Key.of(HEAD))]) == 2
    found = lake.client.list_object_versions(Bucket=lake.bucket)
    assert not found.get("Versions") and not found.get("DeleteMarkers")


@on_both_servers
def test_what_is_not_there_or_is_none_of_ours(lake):
    assert lake.objects() == [] and lake.read_note("notes/x") is None  # there is no bucket yet
    lake.write_note(str(Key.of(HEAD)), b"something else")
    assert lake.read_note("notes/x") is None
    with pytest.raises(LakeError, match="compressed JSON lines"):
        lake.head(Key.of(HEAD))
    with pytest.raises(LakeError, match="NoSuchKey"):
        lake.answers(Key.of(replace(HEAD, load_id=9)))
