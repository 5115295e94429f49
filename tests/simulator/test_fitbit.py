"""Fitbit through the `fitbit` package, and over HTTP where the package has no method."""

from datetime import date

import fitbit
import numpy as np
import pytest
from fitbit.exceptions import HTTPBadRequest, HTTPTooManyRequests, HTTPUnauthorized
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import DAY, to_date, to_day
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.simulator.truth.zones import offset_at

YESTERDAY = TODAY - 1


class LocalFitbit(fitbit.Fitbit):
    """The package pointed at the simulator."""

    def __init__(self, url: str, **options):
        self.API_ENDPOINT = f"{url}/fitbit"
        super().__init__(**options)
        token_url = f"{url}/fitbit/oauth2/token"
        self.client.refresh_token_url = token_url
        self.client.session.auto_refresh_url = token_url


@pytest.fixture
def saved() -> list[dict]:
    return []


@pytest.fixture
def client(target, saved, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    settings = target.running.simulator.settings["fitbit"]
    tokens = target.token("fitbit")
    return LocalFitbit(
        target.url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        refresh_cb=saved.append,
        system=fitbit.Fitbit.METRIC,
        timeout=60,
    )


def test_series_state_every_day_as_text(client, target):
    first, last = to_date(TODAY - 40), to_date(YESTERDAY)
    found = client.time_series("activities/steps", base_date=first, end_date=last)
    view = target.view()
    expected = [str(day_totals(view, day).steps) for day in range(TODAY - 40, TODAY)]
    assert [entry["value"] for entry in found["activities-steps"]] == expected
    assert "0" in expected, "a day that was not worn looks like one without steps"


@pytest.mark.parametrize("resource", ["distance", "floors", "elevation", "calories"])
def test_other_series(client, target, resource):
    found = client.time_series(f"activities/{resource}", base_date=to_date(YESTERDAY), period="7d")
    assert len(found[f"activities-{resource}"]) == 7


def test_heart_rate_zones_and_resting_rate(client, target):
    first, last = to_date(TODAY - 20), to_date(YESTERDAY)
    found = client.time_series("activities/heart", base_date=first, end_date=last)
    view = target.view()
    for entry in found["activities-heart"]:
        day = to_day(date.fromisoformat(entry["dateTime"]))
        measures, totals = view.measures(day), day_totals(view, day)
        value = entry["value"]
        assert value.get("restingHeartRate") == (measures.resting_bpm if measures else None)
        if totals.worn_minutes:
            minutes = [zone["minutes"] for zone in value["heartRateZones"]]
            assert minutes == list(totals.zone_minutes.values())


def test_heart_rate_samples_have_local_times_without_offset(client, target):
    day = TODAY - 3
    found = client.intraday_time_series("activities/heart", to_date(day), "1sec")
    dataset = found["activities-heart-intraday"]["dataset"]
    at, bpm = target.view().heart_of_civil_day(day)
    offset = offset_at(target.truth.account(1), int(at[0]))
    second = (int(at[0]) + offset) % DAY
    assert dataset[0]["time"] == f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    assert [entry["value"] for entry in dataset] == bpm.tolist()
    part = client.intraday_time_series(
        "activities/heart", to_date(day), "1min", start_time="07:00", end_time="08:00"
    )
    assert {e["time"][:2] for e in part["activities-heart-intraday"]["dataset"]} <= {"07", "08"}


def test_minutes_include_zeros_and_add_up(client, target):
    found = client.intraday_time_series("activities/steps", to_date(TODAY - 3), "1min")
    dataset = found["activities-steps-intraday"]["dataset"]
    assert len(dataset) == 1440
    assert sum(entry["value"] for entry in dataset) == day_totals(target.view(), TODAY - 3).steps


def test_autumn_hour_appears_twice(get):
    path = "/1/user/-/activities/steps/date/2026-10-25/1d/1min.json"
    dataset = get("fitbit", path, 1).json()["activities-steps-intraday"]["dataset"]
    times = [entry["time"] for entry in dataset]
    assert len(times) == 1500 and len(set(times)) == 1440


def test_sleep_with_levels(client, target):
    base = f"{target.url}/fitbit/1.2/user/-/sleep/date"
    found = client.make_request(f"{base}/{to_date(TODAY - 40)}/{to_date(YESTERDAY)}.json")["sleep"]
    truth = target.view().sleeps(TODAY - 40, YESTERDAY)[::-1]
    assert len(found) == len(truth)
    for log, one in zip(found, truth, strict=True):
        assert sum(entry["seconds"] for entry in log["levels"]["data"]) == one.end - one.start
        assert ("shortData" in log["levels"]) == (one.kind == "stages")
        asleep = one.asleep_seconds - one.short_awake_seconds
        assert log["minutesAsleep"] == asleep // 60
        minutes = sum(level["minutes"] for level in log["levels"]["summary"].values())
        assert abs(minutes - log["timeInBed"]) <= 4
    single = client.make_request(f"{base}/{to_date(truth[0].day)}.json")
    assert single["summary"]["totalSleepRecords"] >= 1


def test_range_of_101_days_of_sleep_is_refused(client, target):
    base = f"{target.url}/fitbit/1.2/user/-/sleep/date"
    with pytest.raises(HTTPBadRequest, match="100 days"):
        client.make_request(f"{base}/{to_date(TODAY - 101)}/{to_date(YESTERDAY)}.json")


@pytest.mark.parametrize("kind", ["sleep", "activities"])
def test_lists_are_complete_when_next_is_followed(get, target, kind):
    version = "1.2" if kind == "sleep" else "1"
    path = f"/{version}/user/-/{kind}/list.json"
    query = {"afterDate": str(to_date(TODAY - 100)), "sort": "asc", "offset": 0, "limit": 20}
    page = get("fitbit", path, params=query).json()
    logs = page[kind]
    while page["pagination"]["next"]:
        link = page["pagination"]["next"]
        assert link.startswith(f"{target.url}/fitbit/")
        page = get("fitbit", link.removeprefix(f"{target.url}/fitbit")).json()
        logs += page[kind]
    view = target.view()
    truth = getattr(view, "sleeps" if kind == "sleep" else "exercises")(TODAY - 100, TODAY)
    assert len(logs) == len(truth) > 20
    assert len({log["logId"] for log in logs}) == len(logs)


def test_activity_log_has_the_totals_of_the_exercise(get, target):
    query = {"afterDate": str(to_date(TODAY - 30)), "sort": "asc", "offset": 0, "limit": 100}
    logs = get("fitbit", "/1/user/-/activities/list.json", params=query).json()["activities"]
    view = target.view()
    for log, one in zip(logs, view.exercises(TODAY - 30, TODAY), strict=True):
        totals = exercise_totals(view, one)
        assert (log["steps"], log["averageHeartRate"]) == (totals.steps, totals.bpm_mean)
        assert log["duration"] == one.elapsed_seconds * 1000


def test_nightly_measures(get, target):
    span = f"{to_date(TODAY - 20)}/{to_date(YESTERDAY)}"
    view = target.view()
    nights = [view.measures(day) for day in range(TODAY - 20, TODAY)]
    nights = [one for one in nights if one and one.hrv_rmssd_ms is not None]

    def ask(path: str):
        return get("fitbit", f"/1/user/-/{path}.json").json()

    hrv = [entry["value"]["dailyRmssd"] for entry in ask(f"hrv/date/{span}")["hrv"]]
    assert hrv == [one.hrv_rmssd_ms for one in nights]
    assert [e["value"]["avg"] for e in ask(f"spo2/date/{span}")] == [
        n.spo2_mean_pct for n in nights
    ]
    rates = [e["value"]["breathingRate"] for e in ask(f"br/date/{span}")["br"]]
    assert rates == [one.breaths_per_minute for one in nights]
    assert len(ask(f"temp/skin/date/{span}")["tempSkin"]) == len(nights)
    assert ask(f"cardioscore/date/{span}")["cardioScore"][0]["value"]["vo2Max"].count("-") == 1
    minutes = ask(f"hrv/date/{span}/all")["hrv"]
    samples = [view.night(day)[1] for day in range(TODAY - 20, TODAY) if view.night(day)]
    assert sum(len(n["minutes"]) for n in minutes) == sum(len(s.hrv_at) for s in samples)
    assert sum(len(n["minutes"]) for n in ask(f"spo2/date/{span}/all")) == sum(
        len(one.spo2_at) for one in samples
    )
    assert isinstance(ask(f"spo2/date/{to_date(YESTERDAY)}"), dict)
    assert ask(f"br/date/{span}/all")["br"][0]["value"]["fullSleepSummary"]


def test_zone_minutes(get, target):
    view = target.view()
    day = next(d for d in range(TODAY - 20, TODAY) if day_totals(view, d).active_zone_minutes > 20)
    path = "/1/user/-/activities/active-zone-minutes/date"
    total = get("fitbit", f"{path}/{to_date(day)}/{to_date(day)}.json").json()
    value = total["activities-active-zone-minutes"][0]["value"]
    assert value["activeZoneMinutes"] == day_totals(view, day).active_zone_minutes
    minutes = get("fitbit", f"{path}/{to_date(day)}/1d/1min.json").json()
    found = minutes["activities-active-zone-minutes-intraday"][0]["minutes"]
    assert (
        sum(minute["value"]["activeZoneMinutes"] for minute in found) == value["activeZoneMinutes"]
    )


def test_weight_profile_and_devices(client, target):
    first, last = to_date(TODAY - 30), to_date(YESTERDAY)
    found = client.get_bodyweight(base_date=first, end_date=last)["weight"]
    truth = target.view().weighings(TODAY - 30, YESTERDAY)
    assert [log["weight"] for log in found] == [one.weight_g / 1000 for one in truth]
    user = client.user_profile_get()["user"]
    assert user["encodedId"] == "SIM001"
    kinds = [device["type"] for device in client.get_devices()]
    assert kinds == ["TRACKER", "SCALE"]
    synced = (
        np.datetime64(client.get_devices()[0]["lastSyncTime"]).astype("datetime64[s]").astype(int)
    )
    view = target.view()
    assert synced == view.until + offset_at(view.account, view.until)


def test_units_follow_the_language(client, get):
    path = f"/1/user/-/activities/distance/date/{to_date(YESTERDAY)}/1d.json"
    metric = get("fitbit", path).json()["activities-distance"][0]["value"]
    miles = get("fitbit", path, headers={"Accept-Language": "en_US"}).json()
    ratio = float(metric) / float(miles["activities-distance"][0]["value"])
    assert ratio == pytest.approx(1.609344, rel=1e-4)


def test_package_methods_of_v1(client):
    assert client.sleep(str(to_date(YESTERDAY)))["summary"]["totalSleepRecords"] in (0, 1, 2)
    assert client.activities(str(to_date(YESTERDAY)))["summary"]["steps"] >= 0


def test_unpadded_date_is_refused(get):
    assert get("fitbit", "/1.2/user/-/sleep/date/2026-1-5.json").status_code == 400


def test_package_refreshes_on_401_and_saves_the_rotated_token(client, target, saved):
    old = client.client.session.token["refresh_token"]
    target.admin("POST", "/tokens/expire", {"provider": "fitbit"})
    assert client.user_profile_get()["user"]
    assert len(saved) == 1
    assert saved[0]["refresh_token"] != old
    log = target.admin("GET", "/refreshes")
    assert [(one["ok"], one["rotated"]) for one in log] == [(True, True)]


def test_revoked_token_is_not_refreshed(client, target):
    target.admin("POST", "/tokens/revoke", {"provider": "fitbit"})
    with pytest.raises(HTTPUnauthorized):
        client.user_profile_get()
    assert target.admin("GET", "/refreshes") == []


def test_missing_scope(get, target):
    token = target.token("fitbit", scopes=["profile"])["access_token"]
    answer = get("fitbit", "/1/user/-/devices.json", token=token)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["errorType"] == "insufficient_scope"


def test_shut_down_service_answers_410_and_says_what_to_do(client, target):
    target.set("fitbit", is_gone=True)
    with pytest.raises(HTTPBadRequest, match="Google Health"):
        client.user_profile_get()
    answer = target.session.post(f"{target.url}/fitbit/oauth2/token", timeout=60)
    assert answer.status_code == 410


def test_limit_of_the_hour(client, target):
    target.set("fitbit", enforces_limits=True, limits={"user": [[3, 3600]]})
    target.running.simulator.limits.clear()
    for left in (2, 1, 0):
        url = f"{target.url}/fitbit/1/user/-/profile.json"
        headers = client.client.make_request(url).headers
        assert headers["Fitbit-Rate-Limit-Remaining"] == str(left)
    with pytest.raises(HTTPTooManyRequests) as refused:
        client.user_profile_get()
    assert 0 < refused.value.retry_after_secs <= 3600


def test_days_before_the_account_existed_are_zero(get):
    path = "/1/user/-/activities/steps/date/{}/{}.json"
    for first, last in (("1950-01-01", "1950-01-03"), ("2023-12-30", "2024-01-02")):
        found = get("fitbit", path.format(first, last)).json()["activities-steps"]
        assert {entry["value"] for entry in found} == {"0"}
