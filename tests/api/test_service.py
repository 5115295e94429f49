"""The command that makes tokens, the page /docs, and what happens when something is away."""

import re

import pytest
from starlette.testclient import TestClient
from tests.api.test_access import EVER
from typer.testing import CliRunner

from vitals import cli
from vitals.api.app import create_app
from vitals.api.config import ApiConfig

HEART = "/v1/participants/p1/metrics/heart_rate"


@pytest.fixture
def vitals(api, monkeypatch, tmp_path):
    """Run `vitals` against the warehouse of the tests."""
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", api.warehouse.dsn)
    monkeypatch.setenv("VITALS_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_a_token_made_by_the_command_works_until_it_is_revoked(api, vitals):
    made = vitals("token", "create", "by hand", "--participant", "p2", "--days", "1")
    token = made.stdout.splitlines()[0]
    [number] = re.findall(r"token (\d+) shows p2", made.output)
    with api.client(token) as client:
        assert client.get("/v1/me").json()["participants"] == ["p2"]
    listed = vitals("token", "list").stdout
    assert re.search(rf"^ *{number} active +participant p2 .* by hand$", listed, re.MULTILINE)
    assert token not in listed
    assert vitals("token", "revoke", number).exit_code == 0
    assert vitals("token", "revoke", number).exit_code == 1


def test_a_token_for_a_study_without_members_is_refused(vitals):
    refused = vitals("token", "create", "x", "--study", "empty")
    assert refused.exit_code == 1
    assert "no members" in refused.output + str(refused.exception)


@pytest.mark.parametrize("option", ["--participant", "--study"])
def test_a_variable_that_was_not_set_does_not_show_everybody(vitals, option):
    """As in `make token NAME=ada PARTICIPANT=$ID`."""
    refused = vitals("token", "create", "x", option, "")
    assert refused.exit_code == 1
    assert "empty" in refused.output + str(refused.exception)


def test_docs_need_nothing_from_other_machines(api):
    with api.client(None) as client:
        page = client.get("/docs").text
        addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert len(addresses) >= 3
        for address in addresses:
            assert address.startswith("/docs/assets/")
            assert client.get(address).status_code == 200
        assert "https://" not in page
        assert client.get("/openapi.json").json()["info"]["title"] == "Vitals Warehouse API"


def test_every_route_is_described(api):
    with api.client(None) as client:
        description = client.get("/openapi.json").json()
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), (path, parameter["name"])


def test_streams_that_nobody_reads_to_the_end_free_their_place(api, everything):
    for _ in range(6):  # more than may be open at once
        asked = {"params": {"resolution": "raw", **EVER}, "headers": {"Accept": "text/csv"}}
        with everything.stream("GET", HEART, **asked) as answer:
            assert answer.status_code == 200
    assert everything.get(HEART, **asked).status_code == 200


def test_a_warehouse_that_is_away_is_said(monkeypatch):
    monkeypatch.setattr("vitals.api.database.WAIT_SECONDS", 0.5)
    nowhere = ApiConfig(dsn="host=127.0.0.1 port=1 user=api dbname=vitals connect_timeout=1")
    with TestClient(create_app(nowhere)) as client:
        answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
