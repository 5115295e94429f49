"""Study codes instead of ids: the same in all tables, of nobody's making, and in one file only."""

import csv
import stat

import pytest

from vitals.datasets.errors import DatasetError
from vitals.datasets.pseudonyms import DEVICE, PARTICIPANT, KeyFile
from vitals.datasets.tables import TABLES

pytestmark = pytest.mark.slow

WITH_SAMPLES = tuple(TABLES)


@pytest.fixture
def key(tmp_path):
    return tmp_path / "keys" / "who.csv"


def codes_of(key) -> dict[str, str]:
    with key.open(newline="") as file:
        return {row["id"]: row["code"] for row in csv.DictReader(file)}


def test_no_id_is_in_any_file_and_all_tables_agree(maker, key):
    maker("ids", names=WITH_SAMPLES)
    made = maker("codes", names=WITH_SAMPLES, key=key)
    codes = codes_of(key)
    assert codes.keys() == {"p1", "p2", "p3", "d1", "d2", "d3", "garmin:p1"}
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    hidden = {*codes, "770123"}
    for one in made.resources:
        plain, coded = maker.rows(one.name, "ids"), maker.rows(one.name, "codes")
        shown = {str(value) for row in coded for value in row.values()}
        assert not shown & hidden, one.name
        assert None not in {row.get("device_id", "") for row in coded}
        assert len(plain) == len(coded)
        for row in plain:
            for column in {"participant_id", "device_id"} & row.keys():
                row[column] = codes[row[column]]
            if "activity_id" in row:
                row["activity_id"] = "1"
        order = [name for name in TABLES[one.name].order]
        assert sorted(plain, key=lambda row: [row[name] for name in order]) == coded, one.name
    described = maker.descriptor("codes")
    assert described["selection"]["pseudonyms"] is True
    for path in (maker.parent / "codes").glob("*.*"):
        assert "garmin:p1" not in path.read_text()


def test_codes_are_random_unless_the_key_is_given_again(maker, key, bytes_of, tmp_path):
    maker("one", key=key, participants=("p1",))
    before = codes_of(key)
    maker("two", key=key, participants=("p1",))
    assert bytes_of(maker.parent / "one") == bytes_of(maker.parent / "two")
    maker("three", key=key)  # somebody has joined
    assert codes_of(key).items() >= before.items() and "p2" in codes_of(key)
    other = tmp_path / "other.csv"
    maker("four", key=other, participants=("p1",))
    assert codes_of(other)["p1"] != before["p1"]


def test_a_key_file_is_kept_apart_and_to_oneself(maker, key):
    with pytest.raises(DatasetError, match="must be outside"):
        maker(key=maker.parent / "set" / "key.csv")
    key.parent.mkdir()
    key.write_text("kind,id,code\n")
    key.chmod(0o644)
    with pytest.raises(DatasetError, match="others can read"):
        maker(key=key)
    key.chmod(0o600)
    for text in ("", "a,b\n1,2\n", "kind,id,code\nx\n", "kind,id,code\nd,1,x\nd,2,x\n"):
        key.write_text(text)
        with pytest.raises(DatasetError, match="is no key file"):
            maker(key=key)


def test_ids_of_any_kind_come_back_from_the_file(key):
    odd = ['a,b"c', "ünï", " p 1", "x\ny"]
    made = KeyFile(key).codes(PARTICIPANT, odd)
    assert KeyFile(key).codes(PARTICIPANT, odd) == made
    devices = KeyFile(key).codes(DEVICE, odd)
    assert len({*made.values(), *devices.values()}) == 8
