"""Who may see what: every route of the API's own description is tried with every kind of token."""

import hashlib
import time
from datetime import timedelta

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient
from tests.api.conftest import PASSWORD
from tests.waiting import wait_until

from vitals.api import studies, tokens
from vitals.api.app import create_app
from vitals.api.config import ApiConfig
from vitals.api.limits import BURST_SECONDS, Limits
from vitals.api.problems import Problem

ROUTES = sorted(create_app(ApiConfig(dsn="")).openapi()["paths"])
OF_PARTICIPANT = [route for route in ROUTES if "{participant_id}" in route]
OF_MANY = [route for route in ROUTES if route.startswith("/v1") and route not in OF_PARTICIPANT]
OF_OPERATORS = [route for route in ROUTES if route.startswith("/v1/operations")]
# Long enough to hold all rows of the tests, whatever the route.
EVER = {"start": "2025-01-01", "end": "2026-01-01"}


def path_of(route: str, participant_id: str) -> str:
    path = route.replace("{participant_id}", participant_id).replace("{metric}", "heart_rate")
    assert "{" not in path, f"say in this test what stands for the variable of {route}"
    return path


def ask(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """With the range that shows everything, where the route has one."""
    answer = client.get(path, params=EVER, headers=headers)
    return answer if answer.status_code != 422 else client.get(path, headers=headers)


def people_in(value) -> set[str]:
    """Every participant named anywhere in an answer."""
    if isinstance(value, dict):
        found = {value["participant_id"]} if "participant_id" in value else set()
        found |= set(value.get("participants") or ())
        return found.union(*map(people_in, value.values()))
    return set().union(*map(people_in, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_without_a_token(api, route):
    with api.client(None) as nobody, api.client("vitals_" + "x" * 43) as stranger:
        for client in (nobody, stranger):
            answer = client.get(path_of(route, "p1"))
            if route == "/health":
                assert answer.json() == {"status": "ok"}
            else:
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", OF_PARTICIPANT)
def test_a_token_for_one_participant_reads_no_other(api, route):
    forms = ("application/json", "text/csv", "application/vnd.apache.arrow.stream")
    with api.client(api.of_p1) as client:
        assert ask(client, path_of(route, "p1")).status_code == 200
        for other in ("p2", "p3", "nobody", "p1%2F..%2Fp2", "p1%00"):
            for form in forms:
                answer = ask(client, path_of(route, other), Accept=form)
                assert answer.status_code in (404, 422), f"{other} {form}"
                assert people_in(answer.json()) == set()


@pytest.mark.parametrize("route", OF_MANY)
def test_a_narrow_token_sees_only_its_own_people(api, route):
    for token, own in ((api.of_p1, {"p1"}), (api.of_study, {"p1", "p3"})):
        with api.client(token) as client:
            answer = ask(client, path_of(route, "p1"))
            assert answer.status_code == (403 if route in OF_OPERATORS else 200)
            assert people_in(answer.json()) <= own
            csv = ask(client, path_of(route, "p1"), Accept="text/csv").text
            assert '"p2"' not in csv


@pytest.mark.parametrize("route", OF_MANY)
def test_a_filter_or_cursor_does_not_widen_what_is_seen(api, route):
    with api.client(api.everything) as wide, api.client(api.of_p1) as narrow:
        for parameters in ({"search": "p2"}, {"participant_id": "p2"}, {"participants": "p2"}):
            answer = narrow.get(route, params=parameters)
            assert "p2" not in people_in(answer.json())
        first = wide.get(route, params={**EVER, "limit": 1}).json()
        if cursor := first.get("next_cursor"):
            answer = narrow.get(route, params={**EVER, "limit": 1, "cursor": cursor})
            assert people_in(answer.json()) <= {"p1"}


def test_everything_has_rows_of_everybody(everything):
    """Else the tests above would say nothing."""
    assert people_in(ask(everything, "/v1/participants").json()) == {"p1", "p2", "p3"}
    assert people_in(ask(everything, "/v1/health/daily").json()) == {"p1", "p2"}
    assert people_in(ask(everything, "/v1/cohort/completeness").json()) == {"p1", "p2"}
    assert people_in(ask(everything, "/v1/cohort/ledger").json()) >= {"p1", "p2"}


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "/health"])
def test_no_answer_names_anybody(everything, route):
    """The cohort's documents, rejected records and accounts hold addresses and birthdays."""
    text = ask(everything, path_of(route, "p1")).text
    assert "example.org" not in text
    assert "1980-06-15" not in text
    assert "d1" not in text.replace('"', " ").split()


def test_expired_and_revoked_tokens_are_refused(api, monkeypatch):
    monkeypatch.setattr("vitals.api.access.TRUSTED_SECONDS", 0.5)  # else this would take long
    config = ApiConfig(dsn=make_conninfo(api.warehouse.dsn, user="api", password=PASSWORD))
    with (
        TestClient(create_app(config)) as client,
        psycopg.connect(api.warehouse.dsn, autocommit=True) as connection,
    ):
        expired = tokens.create(connection, "old", lifetime=timedelta(seconds=-1))
        revoked = tokens.create(connection, "gone")
        assert _status(client, expired.text) == 401
        assert _status(client, revoked.text) == 200
        assert tokens.revoke(connection, revoked.token_id)
        assert not tokens.revoke(connection, revoked.token_id)
        states = {row["token_id"]: row["state"] for row in tokens.listed(connection)}
        assert (states[expired.token_id], states[revoked.token_id]) == ("expired", "revoked")
        time.sleep(0.5)
        assert _status(client, revoked.text) == 401


def _status(client: TestClient, token: str) -> int:
    return client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_warehouse_knows_only_a_hash(api):
    stored = api.warehouse.values("select token_hash from api.tokens where scope = 'read-all'")
    assert hashlib.sha256(api.everything.encode()).digest() in stored
    assert len(api.everything) == len("vitals_") + 43


def test_members_of_a_study_may_change(api):
    study = f"study {time.time_ns()}"
    with psycopg.connect(api.warehouse.dsn, autocommit=True) as connection:
        with pytest.raises(tokens.TokenError, match="no members"):
            tokens.create(connection, "x", study="nobody's")
        assert studies.add(connection, study, ["p1", "p2"]) == 2
        assert studies.add(connection, study, ["p2"]) == 0
        assert studies.remove(connection, study, ["p1"]) == 1
        token = tokens.create(connection, "x", study=study).text
    with api.client(token) as client:
        assert client.get("/v1/me").json()["participants"] == ["p2"]
        assert client.get("/v1/participants/p1").status_code == 404
        assert client.get("/v1/participants/p2").status_code == 200


def test_a_token_that_asks_too_often_has_to_wait(api):
    login = make_conninfo(api.warehouse.dsn, user="api", password=PASSWORD)
    app = create_app(ApiConfig(dsn=login))
    app.state.limits = Limits(30, clock=lambda: 0.0)  # bursts of five, however long they take
    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {api.of_p1}"}
        answers = [client.get("/v1/me", headers=headers) for _ in range(7)]
        other = client.get("/v1/me", headers={"Authorization": f"Bearer {api.of_study}"})
    statuses = [answer.status_code for answer in answers]
    assert statuses == [200] * 5 + [429] * 2
    assert int(answers[5].headers["retry-after"]) == 3
    assert other.status_code == 200


def test_a_bucket_fills_again():
    now = [0.0]
    limits = Limits(per_minute=60, clock=lambda: now[0])
    for _ in range(BURST_SECONDS):
        limits.take(1)
    with pytest.raises(Problem):
        limits.take(1)
    now[0] = 2.5
    limits.take(1)
    limits.take(1)
    with pytest.raises(Problem):
        limits.take(1)


def test_every_access_is_in_the_book_without_values(api, accesses):
    with api.client(api.of_p1) as client:
        path = "/v1/participants/p1/metrics/heart_rate"
        asked = {"resolution": "minute", "start": "2025-10-22", "end": "2025-10-23"}
        rows = len(client.get(path, params=asked).json()["data"])
        etag = client.get(path, params=asked).headers["etag"]
        client.get(path, params=asked, headers={"If-None-Match": etag})
        client.get(path, params=asked, headers={"Accept": "text/csv"})
        client.get("/v1/participants/p2")
        client.get("/v1/operations/loads")
    # How a stream ended is written after its last byte.
    wait_until(lambda: None not in [row["row_count"] for row in accesses()])
    found = accesses()
    assert [(row["participant_id"], row["status"], row["row_count"]) for row in found] == [
        ("p1", 200, rows),
        ("p1", 200, rows),
        ("p1", 304, 0),
        ("p1", 200, rows),
        ("p2", 404, 0),
        (None, 403, 0),
    ]
    assert found[0]["route"] == "/v1/participants/{participant_id}/metrics/{metric}"
    assert found[0]["query"] == "resolution=minute&start=2025-10-22&end=2025-10-23"
    assert [row["media_type"] for row in found[2:4]] == ["application/json", "text/csv"]
    assert found[3]["ended_at"] is not None
    assert rows > 100


def test_a_participant_in_a_cursor_is_not_in_the_book(everything, accesses):
    """Who is deleted is looked for in the book by their id."""
    first = everything.get("/v1/participants", params={"limit": 1}).json()
    asked = {"limit": 1, "cursor": first["next_cursor"], "search": "p"}
    assert everything.get("/v1/participants", params=asked).json()["data"]
    everything.get("/v1/participants?search=%70%31")
    queries = [row["query"] for row in accesses()]
    assert queries == ["limit=1", "limit=1&cursor=...&search=p", "search=p1"]


@pytest.mark.parametrize(
    "query",
    [
        "select * from raw.iot__heart_rates",
        "select * from raw.iot__users",
        "select * from raw.rejected_records",
        "select * from accounts.tokens",
        "select * from accounts.accounts",
        "select email from stage.participant_identifiers",
        "select * from stage.participant_birthdays",
        "select * from api.accesses",
        "delete from api.accesses",
        "update api.accesses set participant_id = 'p2'",
        "update api.tokens set revoked_at = null",
        "insert into api.tokens (token_name) values ('x')",
        "insert into api.study_members values ('sleep', 'p2')",
        "delete from agg.daily_health",
        "create table api.mine (x integer)",
        "create table public.mine (x integer)",
        "set role vitals",
    ],
)
def test_the_role_may_do_nothing_else(api, query):
    login = {"user": "api", "password": PASSWORD, "autocommit": True}
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(api.warehouse.dsn, **login) as connection, refused:
        connection.execute(query)
