"""The official client library, and every field served checked against its discovery document."""

import json
from functools import cache
from importlib import resources
from typing import Any

import pytest
from tests.simulator.harness import TODAY, civil, physical

from vitals.simulator.google_health.data_types import DATA_TYPES
from vitals.simulator.truth.people import to_date

discovery = pytest.importorskip("googleapiclient.discovery")
credentials = pytest.importorskip("google.oauth2.credentials")
STEPS = "users/me/dataTypes/steps"


@pytest.fixture
def service(target):
    settings = target.running.simulator.settings["google_health"]
    tokens = target.token("google_health")
    identity = credentials.Credentials(
        tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        token_uri=f"{target.url}/google_health/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
    )
    return discovery.build(
        "health",
        "v4",
        credentials=identity,
        static_discovery=True,
        client_options={"api_endpoint": f"{target.url}/google_health/"},
    )


def test_list_next_reads_every_page(service, target):
    points = service.users().dataTypes().dataPoints()
    wanted = physical("steps.interval.start_time", TODAY - 9, TODAY - 7)
    request = points.list(parent=STEPS, filter=wanted, pageSize=200)
    found: list[dict] = []
    pages = 0
    while request is not None:
        answer = request.execute()
        found += answer.get("dataPoints", [])
        pages += 1
        request = points.list_next(request, answer)
    view = target.view()
    truth = sum(view.minutes(day).steps.sum() for day in (TODAY - 9, TODAY - 8))
    assert pages > 2
    assert sum(int(point["steps"].get("count", 0)) for point in found) == truth


def test_roll_ups_reconcile_and_account(service):
    points = service.users().dataTypes().dataPoints()
    body = {"range": {"start": civil(TODAY - 3), "end": civil(TODAY)}}
    rolled = points.dailyRollUp(parent=STEPS, body=body).execute()
    assert len(rolled["rollupDataPoints"]) <= 3
    start, end = f"{to_date(TODAY - 3)}T00:00:00Z", f"{to_date(TODAY - 2)}T00:00:00Z"
    span = {"range": {"startTime": start, "endTime": end}, "windowSize": "3600s"}
    assert points.rollUp(parent=STEPS, body=span).execute()["rollupDataPoints"]
    assert points.reconcile(parent=STEPS, pageSize=5).execute()["nextPageToken"]
    assert service.users().getIdentity(name="users/me/identity").execute()["healthUserId"]
    assert service.users().getSettings(name="users/me/settings").execute()["timeZone"]
    devices = service.users().pairedDevices().list(parent="users/me").execute()
    assert devices["pairedDevices"]


def test_client_refreshes_an_expired_token(service, target):
    target.admin("POST", "/tokens/expire", {"provider": "google_health"})
    assert service.users().getIdentity(name="users/me/identity").execute()["name"]
    assert [one["ok"] for one in target.admin("GET", "/refreshes")] == [True]


def test_refusals_carry_google_reasons(service):
    points = service.users().dataTypes().dataPoints()
    with pytest.raises(discovery.HttpError) as refused:
        points.list(parent=STEPS, filter="nonsense").execute()
    assert refused.value.status_code == 400
    assert refused.value.error_details[0]["reason"].startswith("INVALID_DATA_POINT_FILTER")


@cache
def document() -> dict[str, Any]:
    folder = resources.files("googleapiclient.discovery_cache.documents")
    return json.loads((folder / "health.v4.json").read_text())["schemas"]


def check(schemas: dict, name: str, value: Any, where: str) -> None:
    """Every field exists in the document and has its type."""
    fields = schemas[name]["properties"]
    for key, inner in value.items():
        assert key in fields, f"{where}.{key} is not in {name}"
        check_value(schemas, fields[key], inner, f"{where}.{key}")


def check_value(schemas: dict, field: dict, value: Any, where: str) -> None:
    if "$ref" in field:
        check(schemas, field["$ref"], value, where)
    elif field["type"] == "array":
        for item in value:
            check_value(schemas, field["items"], item, where)
    elif field["type"] == "string":
        assert isinstance(value, str), where
        if field.get("format") == "int64":
            int(value)
        if "enum" in field:
            assert value in field["enum"], f"{where}: {value}"
    elif field["type"] == "integer":
        assert isinstance(value, int) and not isinstance(value, bool), where
    elif field["type"] == "number":
        assert isinstance(value, int | float) or value == "NaN", where
    elif field["type"] == "boolean":
        assert isinstance(value, bool), where


READABLE = ("fitness.readonly", "measurements.readonly", "sleep.readonly")
SIMULATED = [one for one in DATA_TYPES.values() if one.scope.endswith(READABLE)]


@pytest.mark.parametrize("data_type", SIMULATED, ids=lambda one: one.name)
def test_shapes_follow_the_discovery_document(get, data_type):
    schemas = document()
    path = f"/v4/users/me/dataTypes/{data_type.name}/dataPoints"
    if "L" in data_type.methods:
        body = get("google_health", path, params={"pageSize": 50}).json()
        check(schemas, "ListDataPointsResponse", body, data_type.name)
    if "R" in data_type.methods:
        body = get("google_health", f"{path}:reconcile", params={"pageSize": 50}).json()
        check(schemas, "ReconcileDataPointsResponse", body, data_type.name)
    if "D" in data_type.methods:
        span = {"range": {"start": civil(TODAY - 12), "end": civil(TODAY)}}
        body = get("google_health", f"{path}:dailyRollUp", json=span).json()
        check(schemas, "DailyRollUpDataPointsResponse", body, data_type.name)
    if "U" in data_type.methods:
        start, end = f"{to_date(TODAY - 3)}T00:00:00Z", f"{to_date(TODAY - 1)}T00:00:00Z"
        span = {"range": {"startTime": start, "endTime": end}, "windowSize": "7200s"}
        body = get("google_health", f"{path}:rollUp", json=span).json()
        check(schemas, "RollUpDataPointsResponse", body, data_type.name)


def test_account_shapes_follow_the_discovery_document(get):
    schemas = document()
    for path, name in (
        ("identity", "Identity"),
        ("profile", "Profile"),
        ("settings", "Settings"),
        ("pairedDevices", "ListPairedDevicesResponse"),
    ):
        check(schemas, name, get("google_health", f"/v4/users/me/{path}").json(), path)
