"""Strava through stravalib, and its paging, limits and refusals over HTTP."""

from datetime import UTC, datetime

import pytest
import requests
import stravalib
from requests.adapters import HTTPAdapter
from stravalib import exc
from tests.simulator.harness import ACCOUNTS, TODAY

from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.totals import exercise_totals

SINCE = (TODAY - 200) * DAY


class Redirected(HTTPAdapter):
    """Sends what is meant for www.strava.com to the simulator."""

    def __init__(self, url: str):
        super().__init__()
        self.url = url

    def send(self, request, **options):
        request.url = request.url.replace("https://www.strava.com", f"{self.url}/strava")
        return super().send(request, **options)


@pytest.fixture
def client(target, monkeypatch):
    settings = target.running.simulator.settings["strava"]
    monkeypatch.setenv("STRAVA_CLIENT_ID", settings.client_id)
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", settings.client_secret)
    tokens = target.token("strava")
    with requests.Session() as session:
        session.mount("https://www.strava.com", Redirected(target.url))
        yield stravalib.Client(
            access_token=tokens["access_token"],
            refresh_token=tokens["refresh_token"],
            token_expires=tokens["expires_at"],
            rate_limit_requests=False,
            requests_session=session,
        )


def page_through(client, per_page: int, **query) -> list[list[dict]]:
    """Pages until an empty one."""
    pages: list[list[dict]] = []
    while True:
        path = "/athlete/activities"
        page = client.protocol.get(path, page=len(pages) + 1, per_page=per_page, **query)
        if not page:
            return pages
        pages.append(page)


def test_pages_until_an_empty_one_are_complete(client, target):
    pages = page_through(client, 30, after=SINCE)
    found = [activity["id"] for page in pages for activity in page]
    truth = [one.number for one in target.view().exercises(TODAY - 200, TODAY) if one.start > SINCE]
    assert found == truth
    assert len(pages) > 3
    assert any(len(page) < 30 for page in pages[:-1]), "a short page is not the last one"


def test_newest_first_without_after(client, target):
    found = client.protocol.get("/athlete/activities", per_page=5)
    assert [one["id"] for one in found] == [
        one.number for one in target.view().exercises(TODAY - 60, TODAY)[:-6:-1]
    ]


def test_stravalib_models_read_what_is_served(client, target):
    activities = list(client.get_activities(after=datetime.fromtimestamp(SINCE, UTC), limit=10))
    view = target.view()
    first = next(one for one in view.exercises(TODAY - 200, TODAY) if one.start > SINCE)
    assert activities[0].id == first.number
    assert float(activities[0].distance) == first.distance_m
    assert activities[0].start_date.timestamp() == first.start
    detail = client.get_activity(first.number)
    assert len(detail.laps) == -(-first.elapsed_seconds // 600)
    assert sum(float(lap.distance) for lap in detail.laps) == pytest.approx(first.distance_m, abs=1)
    assert client.get_athlete().id == 90_000_001
    assert client.get_athlete_zones().heart_rate.zones.root[-1].max == -1
    assert len(list(client.get_activity_laps(first.number))) == len(detail.laps)
    assert client.get_activity_zones(first.number)


def test_streams_follow_the_exercise(client, target):
    view = target.view()
    run = next(
        one
        for one in view.exercises(TODAY - 60, TODAY)
        if one.kind.name == "Run" and not one.is_manual
    )
    streams = client.get_activity_streams(run.number, types=["time", "heartrate", "distance"])
    assert streams["time"].data[-1] == run.elapsed_seconds - 1
    assert streams["distance"].data[-1] == pytest.approx(run.distance_m, abs=0.2)
    mean = sum(streams["heartrate"].data) / run.elapsed_seconds
    assert mean == pytest.approx(exercise_totals(view, run).bpm_mean, abs=2)
    yoga = next(one for one in view.exercises(TODAY - 200, TODAY) if one.kind.name == "Yoga")
    assert "distance" not in client.get_activity_streams(yoga.number, types=["time", "distance"])


def test_manual_activity_has_no_streams(client, target):
    manual = next(one for one in target.view().exercises(TODAY - 400, TODAY) if one.is_manual)
    with pytest.raises(exc.ObjectNotFound):
        client.get_activity_streams(manual.number, types=["time"])


def test_local_start_carries_a_false_z(client):
    one = client.protocol.get("/athlete/activities", per_page=1)[0]
    local = datetime.fromisoformat(one["start_date_local"])
    true = datetime.fromisoformat(one["start_date"])
    assert (local - true).total_seconds() == one["utc_offset"]
    assert one["timezone"].startswith("(GMT")


def test_private_activities_need_read_all(get, target):
    token = target.token("strava", scopes=["read", "activity:read"])["access_token"]
    path = "/api/v3/athlete/activities?per_page=200&after=" + str(SINCE)
    seen = get("strava", path, token=token).json()
    private = [one for one in target.view().exercises(TODAY - 200, TODAY) if one.is_private]
    assert private
    assert not {one["id"] for one in seen} & {one.number for one in private}
    hidden = get("strava", f"/api/v3/activities/{private[0].number}", token=token)
    assert hidden.status_code == 404


def test_missing_scope_is_a_401_with_another_code(get, target):
    token = target.token("strava", scopes=["read"])["access_token"]
    answer = get("strava", "/api/v3/athlete/activities", token=token)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "missing"
    assert "weight" not in get("strava", "/api/v3/athlete", token=token).json()


def test_stravalib_refreshes_and_the_token_rotates(client, target):
    old = client.refresh_token
    target.admin("POST", "/tokens/expire", {"provider": "strava"})
    client.token_expires = 1
    assert client.get_athlete().id
    assert client.refresh_token != old
    assert [one["rotated"] for one in target.admin("GET", "/refreshes")] == [True]


@pytest.mark.parametrize("query", ["per_page=201", "per_page=0", "page=0", "after=yesterday"])
def test_wrong_paging_is_refused(get, query):
    assert get("strava", f"/api/v3/athlete/activities?{query}").status_code == 400


def test_limits_belong_to_the_application_and_are_in_every_header(get, target):
    target.set(
        "strava",
        enforces_limits=True,
        limits={"overall": [[8, 900], [20, 86400]], "read": [[4, 900], [10, 86400]]},
    )
    target.running.simulator.limits.clear()
    answers = [get("strava", "/api/v3/athlete", account) for account in (1, 2, 3, 1, 2)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "8,20"
    assert answers[0].headers["X-ReadRateLimit-Limit"] == "4,10"
    assert answers[4].headers["X-ReadRateLimit-Usage"] == "5,5"
    assert "Retry-After" not in answers[4].headers
    target.admin("POST", "/clock", {"advance_seconds": 900})
    assert get("strava", "/api/v3/athlete").status_code == 200


def test_documented_limits_are_the_default(target):
    target.admin("POST", "/reset")
    limits = target.admin("GET", "/settings")["strava"]["limits"]
    assert limits == {"overall": [[200, 900], [2000, 86400]], "read": [[100, 900], [1000, 86400]]}


def test_restated_activity_is_edited_and_the_second_of_the_day_deleted(get, target):
    path = f"/api/v3/athlete/activities?per_page=200&after={SINCE}"
    before = {one["id"]: one for one in get("strava", path).json()}
    target.restate(TODAY - 190, TODAY - 10)
    after = {one["id"]: one for one in get("strava", path).json()}
    deleted = set(before) - set(after)
    assert deleted and all(number % 100 == 2 for number in deleted)
    edited = [one for one in after.values() if one["name"].endswith("(edited)")]
    assert edited and all(one["distance"] >= before[one["id"]]["distance"] for one in edited)


def test_every_account_has_activities(target):
    for number in range(1, ACCOUNTS + 1):
        assert target.view(number).exercises(TODAY - 60, TODAY)
