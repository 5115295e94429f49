"""`vitals dataset` as a person meets it: progress, one-line errors, and who has to delete what."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vitals import cli, settings
from vitals.datasets import book
from vitals.deletion.participant import delete_participant

PLUGINS = str(settings.PROJECT / "plugins")

pytestmark = pytest.mark.slow


@pytest.fixture
def vitals(maker, make_settings):
    """Run `vitals` on the filled warehouse; returns what was said."""
    isolated = make_settings().environment
    given = {"AIRFLOW_CONN_VITALS_WAREHOUSE": maker.warehouse.dsn, "PYTHONPATH": PLUGINS}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "vitals.cli", "dataset", *map(str, arguments)],
            env={**isolated, **given, "PATH": os.environ["PATH"]},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    run.home = isolated["VITALS_HOME"]
    return run


def test_make_check_and_list(vitals, maker):
    done = vitals("make", "wave-1", "--study", "sleep", "--end", "2025-10-22", "--pseudonyms")
    assert (done.returncode, done.stderr) == (0, "")
    folder = f"{vitals.home}/datasets/wave-1"
    assert f"2 participants, {maker_rows(folder):,} rows: {folder}" in done.stdout
    assert "daily_health                     2 rows" in done.stdout
    assert f"who is who: {vitals.home}/dataset-keys/wave-1.csv" in done.stdout
    assert "every file is as it was made" in vitals("check", folder).stdout
    assert vitals("list").stdout.splitlines()[-1].endswith("wave-1")

    again = vitals("make", "wave-1", "--study", "sleep", "--pseudonyms", "--to", f"{vitals.home}/b")
    key = f"{vitals.home}/dataset-keys/wave-1.csv"
    assert again.returncode == 1 and f"or say --key {key} to use its codes" in again.stderr
    assert again.stderr.count("\n") == 1 and not Path(vitals.home, "b").exists()

    path = Path(folder, "data/activities.parquet")
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 4]) + whole[101:])
    changed = vitals("check", folder)
    assert changed.returncode == 1
    said = "data/activities.parquet: has changed since the data set was made"
    assert said in changed.stdout.splitlines()
    assert changed.stderr.count("\n") == 1


def maker_rows(folder: str) -> int:
    described = json.loads(Path(folder, "datapackage.json").read_text())
    return sum(one["rows"] for one in described["resources"])


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["make", ""], 2, "no name given: make dataset NAME="),
        (["make", "x", "--format", "xlsx"], 2, "no format 'xlsx': choose parquet or csv"),
        (["make", "x", "--key", "k.csv"], 2, "--key says where"),
        (["make", "x", "--study", "y"], 1, "no study 'y': there are sleep"),
        (["make", "x", "--table", "y"], 1, "no table y: there are participants"),
        (["check", "/nowhere"], 1, "/nowhere is no data set"),
    ],
)
def test_what_is_wrong_is_one_line(
    maker, monkeypatch, make_settings, capsys, arguments, status, said
):
    values = make_settings(AIRFLOW_CONN_VITALS_WAREHOUSE=maker.warehouse.dsn)
    monkeypatch.setattr(settings, "load", lambda: values)
    monkeypatch.setattr(sys, "argv", ["vitals", "dataset", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capsys.readouterr()
    words = printed.err if status == 2 else f"{ended.value.code}\n"
    assert ended.value.code == 2 or status == 1
    assert words.startswith(f"vitals: {said}") and words.count("\n") == 1 and not printed.out


def test_a_receipt_names_the_data_sets_that_hold_somebody(vitals, maker, key_of):
    """Last: p2 is gone afterwards."""
    maker("with-p-two", participants=("p2",), key=key_of("a"))
    maker("without", study="sleep")
    receipt = delete_participant(maker.warehouse.dsn, "p2", None, None)
    told = [line for line in receipt.by_hand if line.startswith("data set")]
    assert len(told) == 1 and f"({maker.parent}/with-p-two) holds their rows" in told[0]
    assert "key file" in told[0]
    assert receipt.rows_deleted["datasets.participants"] == 1 and receipt.left == 0
    assert maker.warehouse.values("select dataset_name from datasets.made order by 1") == [
        "with-p-two", "without",
    ]  # fmt: skip
    [told, kept] = book.listed(maker.warehouse.connection)
    assert told.holds_deleted and (told.participant_count, told.participants) == (1, 0)
    assert not kept.holds_deleted and kept.participants == 2
    [held, untouched] = vitals("list").stdout.splitlines()[1:]
    assert held.endswith("with-p-two (holds somebody who was deleted: delete it or make it anew)")
    assert untouched.endswith(" without")


@pytest.fixture
def key_of(tmp_path):
    return lambda name: tmp_path / f"{name}.csv"
