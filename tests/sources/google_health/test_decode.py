"""Values as Google may write them -> columns; and the table of data types against Google's own."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import googleapiclient
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.sources._api.spec import DateWindow
from vitals.sources.google_health.client import BY_RESOURCE
from vitals.sources.google_health.data_types import DATA_TYPES, DEVICES, PROFILES
from vitals.sources.google_health.decode import Decoder, one_per_key, raw_schema
from vitals.sources.google_health.description import camel
from vitals.sources.google_health.local_days import LocalDays

DAY = DateWindow(date(2026, 11, 20), date(2026, 11, 20))

CIVIL = {"date": {"year": 2026, "month": 11, "day": 21}, "time": {"hours": 1}}


def decode(resource, *records, window=DAY, zone="Europe/Paris"):
    data_type = BY_RESOURCE[resource]
    decoder = Decoder(data_type, f"google_health:p1/{resource}", LocalDays(lambda: zone))
    return decoder.read(records, window)


def beat(time="2026-11-20T07:01:03Z", bpm="72", offset="3600s", **further):
    sample = {"physicalTime": time, "utcOffset": offset, **further}
    sample = {name: value for name, value in sample.items() if value is not None}
    return {"heartRate": {"sampleTime": sample, "beatsPerMinute": bpm}}


def walk(start="07:01:00", end="07:02:00", count="70"):
    interval = {
        "startTime": f"2026-11-20T{start}Z", "endTime": f"2026-11-20T{end}Z",
        "startUtcOffset": "3600s",
    }  # fmt: skip
    return {"steps": {"interval": interval, "count": count}}


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-11-20T07:01:03Z", 0),
        ("2026-11-20T07:01:03.5Z", 500_000),
        ("2026-11-20T07:01:03.123456789Z", 123_456),
        ("2026-11-20T08:01:03+01:00", 0),
    ],
)
def test_instants(text, microsecond):
    rows = decode("heart_rate", beat(text)).rows
    expected = datetime(2026, 11, 20, 7, 1, 3, microsecond, tzinfo=UTC)
    assert rows["ts"].to_pylist() == [expected]


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-11-20", "2026-11-20T07:01:03", "0001-01-01T00:00:00Z", 1_795_158_063, None],
)
def test_no_instants(text):
    decoded = decode("heart_rate", beat(text), beat())
    [rejected] = decoded.rejected
    assert rejected.field == "heartRate.sampleTime.physicalTime"
    assert rejected.record_id == "google_health:p1/heart_rate/2026-11-20#0"
    assert len(decoded.rows) == 1


@pytest.mark.parametrize("bpm", ["24", "251", "NaN", "72.5", None, {}, [], "", "9" * 30])
def test_heart_rates_that_are_not_believed(bpm):
    decoded = decode("heart_rate", beat(bpm=bpm), beat())
    assert [one.field for one in decoded.rejected] == ["heartRate.beatsPerMinute"]
    assert decoded.rows["bpm"].to_pylist() == [72]


@pytest.mark.parametrize("bpm", ["72", 72, 72.0])
def test_numbers_may_be_text_or_not(bpm):
    assert decode("heart_rate", beat(bpm=bpm)).rows["bpm"].to_pylist() == [72]


@pytest.mark.parametrize("record", ["text", 5, None, [], {}, {"heartRate": "text"}])
def test_what_is_no_record_is_rejected(record):
    decoded = decode("heart_rate", beat(), record)
    assert len(decoded.rows) == 1 and len(decoded.rejected) == 1
    assert decoded.rejected[0].record_id.endswith("#1")


@pytest.mark.parametrize(
    ("further", "zone", "day"),
    [
        ({"offset": "7200s"}, "UTC", 21),
        ({"offset": "-12600s"}, "UTC", 20),
        ({"offset": None}, "Europe/Paris", 20),
        ({"offset": None}, "Asia/Tokyo", 21),
        (
            {"offset": None, "civilTime": {"date": {"year": 2026, "month": 11, "day": 21}}},
            "UTC",
            21,
        ),
        ({"offset": None, "civilTime": "text"}, "UTC", 20),
        # A wrong offset is rejected as a field, and the zone of the account takes its place.
        ({"offset": "an hour"}, "Asia/Tokyo", 21),
    ],
)
def test_local_day(further, zone, day):
    record = beat("2026-11-20T22:30:00Z", **further)
    window = DateWindow(date(2026, 11, 20), date(2026, 11, 21))
    rows = decode("heart_rate", record, window=window, zone=zone).rows
    assert rows["local_date"].to_pylist() == [date(2026, 11, day)]


def test_a_record_of_another_day_is_rejected():
    decoded = decode("heart_rate", beat("2026-11-20T23:30:00Z"), beat())
    assert len(decoded.rows) == 1
    assert "2026-11-21" in decoded.rejected[0].reason


def test_zeros_that_were_left_out():
    record = walk()
    del record["steps"]["count"]
    assert decode("steps", record).rows["steps"].to_pylist() == [0]
    total = {"civilStartTime": {"date": {"year": 2026, "month": 11, "day": 20}}, "steps": {}}
    assert decode("daily_steps", total).rows["steps"].to_pylist() == [0]


def test_more_than_a_thousand_steps_a_minute_are_not_believed():
    records = [walk(count="1000"), walk(count="1001"), walk(end="07:06:00", count="5000")]
    decoded = decode("steps", *records)
    assert decoded.rows["steps"].to_pylist() == [1_000, 5_000]
    assert decoded.rejected[0].reason.startswith("steps.count is wrong (1001 in 1 min")


def test_an_interval_that_ends_before_it_begins():
    decoded = decode("steps", walk("07:02:00", "07:01:00"), walk())
    assert len(decoded.rows) == 1 and "ends before" in decoded.rejected[0].reason


def test_not_a_number_is_no_value():
    record = {
        "dailySleepTemperatureDerivations": {
            "date": {"year": 2026, "month": 11, "day": 20},
            "nightlyTemperatureCelsius": 33.5,
            "baselineTemperatureCelsius": "NaN",
        }
    }
    decoded = decode("daily_sleep_temperature_derivations", record)
    assert decoded.rows["skin_temperature_c"].to_pylist() == [33.5]
    assert decoded.rows["baseline_temperature_c"].to_pylist() == [None] and not decoded.rejected
    record["dailySleepTemperatureDerivations"]["nightlyTemperatureCelsius"] = "NaN"
    assert not len(decode("daily_sleep_temperature_derivations", record).rows)


@pytest.mark.parametrize(
    "day", [{"year": 2026, "month": 2, "day": 30}, {"year": 2026}, "2026-11-20", {"year": "x"}]
)
def test_days_that_do_not_exist(day):
    record = {"dailyRespiratoryRate": {"date": day, "breathsPerMinute": 15}}
    assert decode("daily_respiratory_rate", record).rejected[0].field == "dailyRespiratoryRate.date"


def sleep(**further):
    interval = {
        "startTime": "2026-11-19T22:00:00Z", "startUtcOffset": "3600s",
        "endTime": "2026-11-20T06:00:00Z", "endUtcOffset": "3600s",
    }  # fmt: skip
    name = "users/1/dataTypes/sleep/dataPoints/987"
    return {"dataPointName": name, "sleep": {"interval": interval, **further}}


def test_a_wrong_stage_costs_the_stages_and_not_the_sleep():
    stage = {"startTime": "2026-11-20T02:00:00Z", "endTime": "2026-11-20T01:00:00Z"}
    decoded = decode("sleep", sleep(stages=[stage], metadata={"mainSleep": True}))
    [row] = decoded.rows.to_pylist()
    assert (row["sleep_id"], row["is_main_sleep"], row["is_nap"]) == ("987", True, False)
    assert row["stages"] is None
    [rejected] = decoded.rejected
    assert rejected.row_kept and "a stage ends before it begins" in rejected.reason
    assert rejected.record_id == "google_health:p1/sleep/987#0"


def test_stages_are_kept_as_delivered():
    stage = {
        "startTime": "2026-11-20T01:00:00Z", "endTime": "2026-11-20T02:00:00Z",
        "type": "DEEP", "isNew": True,
    }  # fmt: skip
    [row] = decode("sleep", sleep(stages=[stage])).rows.to_pylist()
    assert orjson.loads(row["stages"]) == [stage]


def test_the_sleep_written_last_stays():
    old = sleep(updateTime="2026-11-20T07:00:00Z", type="STAGES")
    new = sleep(updateTime="2026-11-20T08:00:00Z", type="CLASSIC")
    for records in ((old, new), (new, old)):
        rows = one_per_key(decode("sleep", *records).rows, ["sleep_id"])
        assert rows["sleep_type"].to_pylist() == ["CLASSIC"]


def test_text_that_postgresql_cannot_store():
    record = beat()
    record["heartRate"]["metadata"] = {"sensorLocation": "WR\x00IST", "mood": "\x00"}
    decoded = decode("heart_rate", record)
    [row] = decoded.rows.to_pylist()
    assert row["sensor_location"] == "WR\\u0000IST"
    assert "\x00" not in row["extra"]
    assert decoded.unknown == {"heartRate.metadata.mood"}


def test_values_are_picked_from_lists_by_their_level():
    levels = [
        {"activityLevel": "VIGOROUS", "activeMinutes": "2"}, {"activityLevel": "LIGHT"},
    ]  # fmt: skip
    record = {"activeMinutes": {**walk()["steps"], "activeMinutesByActivityLevel": levels}}
    del record["activeMinutes"]["count"]
    decoded = decode("active_minutes", record)
    [row] = decoded.rows.to_pylist()
    assert (row["light_minutes"], row["moderate_minutes"], row["vigorous_minutes"]) == (0, 0, 2)
    assert not decoded.unknown
    record["activeMinutes"]["activeMinutesByActivityLevel"] = "none"
    assert len(decode("active_minutes", record).rejected) == 1


@given(st.permutations([("07:01:03", "60"), ("07:01:03", "72"), ("07:01:01", "80")]))
def test_of_two_values_for_one_instant_the_higher_stays(order):
    records = [beat(f"2026-11-20T{at}Z", bpm) for at, bpm in order]
    rows = one_per_key(decode("heart_rate", *records).rows, ["ts"])
    assert rows["bpm"].to_pylist() == [80, 72]


def test_nothing():
    for data_type in DATA_TYPES:
        decoded = decode(data_type.resource.name)
        assert decoded.rows.schema == raw_schema(data_type) and not decoded.rejected


@pytest.fixture(scope="module")
def schemas() -> dict:
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    return json.loads((folder / "health.v4.json").read_text())["schemas"]


def names_of(schemas: dict, name: str, path: str) -> str | None:
    """Follow a path through Google's schemas; the type that it ends at, or None."""
    for step in re.sub(r"\[.*?\]", "", path).split("."):
        inside = schemas.get(name, {}).get("properties", {}).get(step)
        if inside is None:
            return None
        inside = inside.get("items", inside)
        name = inside.get("$ref") or inside["type"]
    return name


@pytest.mark.parametrize("data_type", DATA_TYPES, ids=lambda one: one.resource.name)
def test_every_path_is_in_googles_discovery_document(schemas, data_type):
    paths = [one.path for one in data_type.fields] + list(data_type.known)
    schema = "DailyRollupDataPoint" if data_type.is_rolled_up else "ReconciledDataPoint"
    if data_type is DEVICES:
        schema = "PairedDevice"
    for path in paths:
        if data_type is PROFILES:
            part, _, rest = path.partition(".")
            found = names_of(schemas, part.capitalize(), rest) if rest else part
        else:
            found = names_of(schemas, schema, path)
        assert found, f"{path} is not in {schema}"


@pytest.mark.parametrize(
    "data_type",
    [one for one in DATA_TYPES if one.name and one is not DEVICES and not one.is_rolled_up],
    ids=lambda one: one.name,
)
def test_every_field_of_google_has_a_column(schemas, data_type):
    """What Google documents is not left to `extra`."""
    schema = names_of(schemas, "ReconciledDataPoint", camel(data_type.name))
    paths = {one.path for one in data_type.fields} | set(data_type.known)
    tops = {path.split(".")[1].partition("[")[0] for path in paths if "." in path}
    assert set(schemas[schema]["properties"]) == tops


def test_raw_tables_have_the_columns_of_the_rows():
    sql = Path("include/sql/migrations/0060_raw_google_health.sql").read_text()
    for data_type in DATA_TYPES:
        name = data_type.resource.name
        body = re.search(rf"create table raw\.google_health__{name} \((.*?)\n\);", sql, re.S)[1]
        columns = set(re.findall(r"^    (\w+) ", body, re.M)) - {"primary", "check"}
        own = {"account_id", "load_id"}
        own |= {"seen_at"} if data_type.resource.keeps == "versions" else set()
        assert columns == set(raw_schema(data_type).names) | own, name
        json_columns = set(re.findall(r"^    (\w+) jsonb", body, re.M))
        assert json_columns == data_type.resource.json, name
        key = re.search(r"primary key \((.*?)\)", body)[1].split(", ")
        versions = ["load_id"] if data_type.resource.keeps == "versions" else []
        assert key == [*data_type.resource.key, *versions], name
