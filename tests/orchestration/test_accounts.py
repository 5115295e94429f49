"""Accounts as the DAGs see them, in a real warehouse."""

import psycopg
import pytest

from vitals.orchestration.accounts import api_addresses, extract_params, outcome_lines
from vitals.sources._api.spec import ApiSpec, Resource

RESOURCES = (Resource("profiles", keeps="versions"), Resource("heart_rates"))
SPEC = ApiSpec(
    name="fitbit",
    title="Fitbit",
    base_url="https://api.fitbit.com",
    hosts=("api.fitbit.com:443",),
    resources=RESOURCES,
    limits=(),
    oauth=None,
    make_client=lambda session, account_id: None,
)


def test_the_sensor_looks_where_the_clients_go(monkeypatch):
    monkeypatch.setenv("SYNTHETIC", "false")
    assert api_addresses(SPEC) == ["api.fitbit.com:443"]
    monkeypatch.setenv("FITBIT__BASE_URL", "https://gateway.example/fitbit")
    assert api_addresses(SPEC) == ["https://gateway.example/fitbit"]
    monkeypatch.setenv("SYNTHETIC", "true")
    monkeypatch.setenv("VITALS_SIMULATOR_PORT", "8901")
    assert api_addresses(SPEC) == ["http://127.0.0.1:8901/fitbit"]


def test_the_form_offers_the_resources_of_the_provider():
    params = extract_params(SPEC)
    assert params["resources"].schema["examples"] == ["profiles", "heart_rates"]
    assert params["resources"].resolve() == []
    assert params["resources"].resolve(["heart_rates"]) == ["heart_rates"]
    # What the web page sends for a list that was emptied.
    assert params["resources"].resolve(None) is None
    assert params["participants"].resolve() == []
    with pytest.raises(Exception, match="is not one of|not valid under any"):
        params["resources"].resolve(["heart_rate"])
    with pytest.raises(Exception, match="is not a 'date'|not valid under any"):
        params["start"].resolve("yesterday")


@pytest.fixture
def accounts(warehouse_dsn):
    """p1 was read in part, p2 is not usable, p3 was not in this run, px is another provider's."""
    with psycopg.connect(warehouse_dsn, autocommit=True) as connection:
        for provider, participant, state, error in [
            ("fitbit", "p1", "active", "an older error"),
            ("fitbit", "p2", "revoked", "the consent was withdrawn"),
            ("fitbit", "p3", "active", None),
            ("garmin", "px", "active", None),
        ]:
            connection.execute(
                "insert into accounts.accounts (account_id, provider, participant_id, state,"
                " last_error) values (%s, %s, %s, %s, %s)",
                [f"{provider}:{participant}", provider, participant, state, error],
            )
        for run, resource, status, rows, error in [
            ("dag/now", "steps", "done", 7, None),
            ("dag/now", "sleep", "done", 5, None),
            ("dag/now", "weight", "skipped", 0, "weight was not granted"),
            ("dag/now", "devices", "failed", 0, "status 503"),
            ("dag/now", "spo2", "failed", 0, "status 503"),
            ("dag/before", "steps", "failed", 99, "status 500"),
        ]:
            connection.execute(
                "insert into raw.loads (source, resource, mode, run_id, account_id, status,"
                " rows_read, rows_loaded, days_touched, error)"
                " values ('fitbit', %s, 'incremental', %s, 'fitbit:p1', %s, %s, %s, 2, %s)",
                [resource, run, status, rows, rows, error],
            )
    return warehouse_dsn


def test_a_run_is_reported_account_by_account(accounts):
    states = {"p1": "failed", "p2": "skipped", "p3": "success"}
    lines = outcome_lines(accounts, "fitbit", "dag/now", states)
    words = [line.split(maxsplit=5) for line in lines[2:]]
    assert words == [
        ["p1", "failed", "active", "12", "10", "status 503; weight was not granted"],
        ["p2", "skipped", "revoked", "the", "consent", "was withdrawn"],
        ["p3", "success", "active"],
    ]
