"""Every fault, as a client sees it, and the record that proves what the client did."""

import json

import pytest
import requests
from tests.simulator.harness import TODAY

from vitals.simulator.damage import damage, longest_list
from vitals.simulator.faults import KINDS, Fault
from vitals.simulator.truth.people import to_date

PROFILES = {
    "google_health": "/v4/users/me/identity",
    "fitbit": "/1/user/-/profile.json",
    "strava": "/api/v3/athlete",
    "garmin": "/userprofile-service/userprofile/settings",
}
STEPS = "/v4/users/me/dataTypes/steps/dataPoints"


@pytest.mark.parametrize("provider", PROFILES)
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("expired", 401),
        ("scope_missing", 403),
        ("gone", 410),
        ("rate_limited", 429),
        ("server_error", 503),
    ],
)
def test_refusals_in_each_providers_words(get, target, provider, kind, status):
    target.fault(kind, provider=provider, status=503, times=1)
    answer = get(provider, PROFILES[provider])
    expected = 401 if (provider, kind) == ("strava", "scope_missing") else status
    assert answer.status_code == expected
    assert answer.json()
    assert "Retry-After" not in answer.headers
    assert get(provider, PROFILES[provider]).status_code == 200


def test_retry_after(get, target):
    target.fault("rate_limited", retry_after=7, times=1)
    assert get("strava", PROFILES["strava"]).headers["Retry-After"] == "7"


def test_burst_begins_after_skip_and_ends_after_times(get, target):
    target.fault("server_error", skip=1, times=2, status=502)
    statuses = [get("fitbit", PROFILES["fitbit"]).status_code for _ in range(5)]
    assert statuses == [200, 502, 502, 200, 200]


def test_fault_of_one_account_and_path_leaves_others_alone(get, target):
    target.fault("server_error", provider="google_health", account=2, path="steps")
    assert get("google_health", STEPS, 2).status_code == 500
    assert get("google_health", STEPS, 1).status_code == 200
    assert get("google_health", PROFILES["google_health"], 2).status_code == 200


def test_probability_is_reproducible(get, target):
    target.fault("server_error", probability=0.5)
    statuses = [get("strava", PROFILES["strava"]).status_code for _ in range(30)]
    assert {200, 500} == set(statuses)


def test_slow_and_timeout(get, target):
    target.fault("slow", seconds=0.3, times=1)
    assert get("strava", PROFILES["strava"]).elapsed.total_seconds() >= 0.3
    target.fault("timeout", seconds=5, times=1)
    with pytest.raises(requests.Timeout):
        get("strava", PROFILES["strava"], timeout=0.3)


def test_truncated_json_and_cut_connection(get, target):
    target.fault("truncated", times=1)
    answer = get("strava", PROFILES["strava"])
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)
    target.fault("cut", times=1)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        get("strava", PROFILES["strava"])
    assert get("strava", PROFILES["strava"]).status_code == 200


def test_html_and_empty(get, target):
    target.fault("html", times=1)
    assert get("garmin", PROFILES["garmin"]).headers["Content-Type"].startswith("text/html")
    target.fault("empty", times=1)
    assert get("google_health", STEPS).json() == {}


def test_damage_of_single_records(get, target):
    query = {"pageSize": 10}
    target.fault("wrong_type", times=1, records=2, field="count")
    points = get("google_health", STEPS, params=query).json()["dataPoints"]
    wrong = [p for p in points if not isinstance(p["steps"].get("count", ""), str)]
    assert 1 <= len(wrong) <= 2 and len(points) == 10
    target.fault("unknown_field", times=1)
    answer = get("google_health", STEPS, params=query).json()
    assert all("simulatorNewField" in point for point in answer["dataPoints"])
    target.fault("missing_field", times=1, field="interval")
    points = get("google_health", STEPS, params=query).json()["dataPoints"]
    assert [("interval" in point["steps"]) for point in points].count(False) == 1


@pytest.mark.parametrize("kind", ["short_page", "duplicate_page"])
def test_paging_faults_lose_nothing_at_google(get, target, kind):
    day = str(to_date(TODAY - 3))
    wanted = f'steps.interval.civil_start_time >= "{day}"'
    query = {"filter": wanted, "pageSize": 100}

    def starts() -> list[str]:
        found, token = [], None
        while True:
            page = get(
                "google_health", STEPS, params=query | ({"pageToken": token} if token else {})
            )
            body = page.json()
            found += [p["steps"]["interval"]["startTime"] for p in body.get("dataPoints", [])]
            token = body.get("nextPageToken")
            if token is None:
                return found

    whole = starts()
    target.fault(kind, provider="google_health", skip=1, times=1)
    faulty = starts()
    assert sorted(set(faulty), reverse=True) == whole
    assert (len(faulty) > len(whole)) == (kind == "duplicate_page")


def test_empty_page_with_a_token(get, target):
    target.fault("short_page", times=1, keep=0)
    body = get("google_health", STEPS, params={"pageSize": 100}).json()
    assert "dataPoints" not in body and body["nextPageToken"]


def test_duplicate_page_at_strava_and_garmin_repeats_one(get, target):
    strava, garmin = (
        "/api/v3/athlete/activities",
        "/activitylist-service/activities/search/activities",
    )
    first = [one["id"] for one in get("strava", f"{strava}?per_page=5").json()]
    target.fault("duplicate_page", times=2)
    second = [one["id"] for one in get("strava", f"{strava}?per_page=5&page=2").json()]
    assert first[-1] in second
    page = [one["activityId"] for one in get("garmin", f"{garmin}?limit=5&start=5").json()]
    assert first[4] in page


def test_short_page_of_a_fitbit_list_is_continued(get, target):
    path = f"/1.2/user/-/sleep/list.json?afterDate={to_date(TODAY - 30)}&sort=asc&limit=10&offset=0"
    whole = [log["logId"] for log in get("fitbit", path).json()["sleep"]]
    target.fault("short_page", keep=4, times=1)
    page = get("fitbit", path).json()
    assert len(page["sleep"]) == 4
    rest = get("fitbit", page["pagination"]["next"].removeprefix(f"{target.url}/fitbit")).json()
    assert [log["logId"] for log in page["sleep"] + rest["sleep"]][:10] == whole


def test_token_endpoint_can_fail_too(target):
    target.fault("server_error", path="/token", times=1)
    answer = target.session.post(f"{target.url}/fitbit/oauth2/token", timeout=60)
    assert answer.status_code == 500
    target.fault("truncated", path="/token", times=1)
    settings = target.running.simulator.settings["google_health"]
    form = {
        "grant_type": "refresh_token",
        "refresh_token": target.token("google_health")["refresh_token"],
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
    }
    answer = target.session.post(f"{target.url}/google_health/token", form, timeout=60)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)


def test_ledger_counts_requests_without_keeping_tokens(get, target):
    token = target.token("strava", 3)["access_token"]
    target.fault("rate_limited", provider="strava", times=1)
    for _ in range(3):
        get("strava", PROFILES["strava"], token=token)
    get("strava", "/api/v3/nowhere", token=token)
    record = target.admin("GET", "/requests?detail=1&provider=strava")
    assert [one["status"] for one in record["requests"]] == [429, 200, 200, 404]
    assert [one["fault"] for one in record["requests"]][0] == "rate_limited"
    assert {one["account"] for one in record["requests"]} == {3}
    assert token not in json.dumps(record)
    only = target.admin("GET", "/requests?provider=strava&status=429")
    assert only["total"] == 1 and only["counts"][0]["count"] == 1
    target.admin("DELETE", "/requests")
    assert target.admin("GET", "/requests")["total"] == 0


def test_wrong_switches_are_explained(target):
    for path, body, hint in (
        ("/faults", {"kind": "meteor"}, "unknown fault"),
        ("/faults", {"kind": "slow", "color": "red"}, "unknown field color"),
        ("/faults", {"kind": "slow", "path": "("}, "regular expression"),
        ("/clock", {"now": "2026-11-22T06:00:00"}, "offset"),
        ("/settings", {"strava": {"colour": 1}}, "unknown setting colour"),
        ("/restatements", {"first": "2026-11-01"}, "last"),
        ("/tokens", {"provider": "strava", "account": 99}, "no account 99"),
    ):
        answer = target.session.post(f"{target.url}/_simulator{path}", json=body, timeout=60)
        assert answer.status_code == 400
        assert hint in answer.json()["error"]


def test_faults_are_listed_with_how_often_they_happened_and_removed(get, target):
    target.fault("slow", seconds=0)
    get("strava", PROFILES["strava"])
    listed = target.admin("GET", "/faults")
    assert [one["happened"] for one in listed] == [1]
    assert target.admin("DELETE", f"/faults/{listed[0]['id']}") == []
    assert set(target.admin("GET", "")["faults"]) == set(KINDS)


def test_records_are_the_longest_list_of_objects():
    payload = {"a": [1, 2, 3], "b": {"c": [{"x": 1}, {"x": 2}], "d": [{"y": 1}]}}
    assert longest_list(payload) == [{"x": 1}, {"x": 2}]
    assert damage([{"x": 1}], Fault("wrong_type"))[0]["x"] == {"unexpected": ["object"]}
    assert damage({"x": "7"}, Fault("missing_field")) == {}
