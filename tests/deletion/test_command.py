"""`vitals delete-participant`: asks, deletes, prints a receipt and keeps it."""

import json
import stat

import pytest
from tests.load.conftest import EPOCH, heart_rates

from vitals import cli_data, settings


@pytest.fixture
def rig(watches, make_settings, monkeypatch):  # noqa: F811
    """One person with a watch, on a machine without S3."""
    watches.mongo.users.insert_one({"user_id": "p1", "devices": ["w1"], "created_at": EPOCH})
    watches.mongo.heart_rates.insert_one(heart_rates("w1", 0, [60, 61]))
    watches.load()
    values = make_settings(AIRFLOW_CONN_VITALS_WAREHOUSE=watches.dsn, VITALS_LAKE="false")
    monkeypatch.setattr(settings, "load", lambda: values)
    return watches


def test_nothing_goes_unless_the_id_is_typed_again(rig, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda prompt: "p2")
    with pytest.raises(SystemExit, match="nothing was deleted"):
        cli_data.delete_participant("p1")
    assert "raw.iot__heart_rates" in capsys.readouterr().out
    assert rig.count("iot__heart_rates") == 2


def test_the_receipt_is_printed_and_kept_without_a_name(rig, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda prompt: "p1")
    cli_data.delete_participant("p1")
    assert rig.count("iot__heart_rates") == 0
    printed = capsys.readouterr().out
    [path] = (settings.load().home / "receipts").iterdir()
    receipt = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert receipt["rows_deleted"]["raw.iot__heart_rates"] == 2
    assert receipt["rows_left"]["raw.iot__heart_rates"] == 0
    short = printed[printed.index("deleted: ") :].splitlines()
    assert ["raw.iot__heart_rates", "2"] in [line.split() for line in short]
    assert not any(line.endswith(" 0") for line in short) and f"receipt: {path}" in short
    assert '"rows_left"' not in printed and short[-1].startswith("to do: ")
    assert "p1" not in path.read_text() and "p1" not in path.name
    assert "the document store is yours" in printed


def test_all_of_the_receipt_is_printed_if_asked_for(rig, capsys):
    cli_data.delete_participant("p1", yes=True, as_json=True)
    [path] = (settings.load().home / "receipts").iterdir()
    assert path.read_text() in capsys.readouterr().out


def test_whatever_somebody_is_called_they_can_go(rig, capsys):
    with pytest.raises(SystemExit, match="say who"):
        cli_data.delete_participant(" ", yes=True)
    cli_data.delete_participant("p1 (p2)/x", yes=True)
    assert "nobody here is called p1 (p2)/x" in capsys.readouterr().out
    assert rig.count("iot__heart_rates") == 2
