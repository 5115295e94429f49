"""Garmin's personal API over plain HTTP, as its official client asks for it."""

import base64
import io
import json
import time
import zipfile
from datetime import UTC, datetime

import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import to_date
from vitals.simulator.truth.totals import day_totals

TOKEN = "/garmin/personalapitoken-service/personal-api/personal-api-key/token"
SPAN = f"{to_date(TODAY - 20)}/{to_date(TODAY - 1)}"
DAY = to_date(TODAY - 3)


def by_descriptor(payload: dict, descriptors: str, values: str, key: str) -> dict[int, object]:
    """Column of an array, found through its descriptors."""
    columns = {one["key"]: one["index"] for one in payload[descriptors]}
    return {row[columns["timestamp"]]: row[columns[key]] for row in payload[values]}


def test_key_becomes_a_jwt_that_expires_in_real_time(target):
    key = target.token("garmin")["api_key"]
    headers = {"Authorization": f"ApiKey {key}"}
    token = target.session.post(target.url + TOKEN, headers=headers, timeout=60).text
    claims = token.split(".")[1]
    expiry = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
    assert expiry - time.time() > 3600
    settings = f"{target.url}/garmin/userprofile-service/userprofile/settings"
    answer = target.session.get(settings, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    assert answer.json()["timeZone"]


def test_day_summaries_equal_the_truth(get, target):
    query = {"startDate": str(to_date(TODAY - 20)), "endDate": str(to_date(TODAY - 1))}
    path = "/usersummary-service/v2/dailysummaries"
    summaries = get("garmin", path, params=query).json()["data"]
    view = target.view()
    assert len(summaries) == 20
    for summary, day in zip(summaries, range(TODAY - 20, TODAY), strict=True):
        totals = day_totals(view, day)
        assert summary["calendarDate"] == str(to_date(day))
        assert summary["totalSteps"] == (totals.steps if totals.worn_minutes else None)
        assert summary["maxHeartRate"] == totals.heart_rate_max
    steps = get("garmin", f"/usersummary-service/stats/steps/daily/{SPAN}").json()
    assert [one["totalSteps"] for one in steps] == [one["totalSteps"] for one in summaries]


def test_heart_rate_in_two_minutes_of_utc(get, target):
    payload = get(
        "garmin", "/wellness-service/wellness/dailyHeartRate", params={"date": DAY}
    ).json()
    values = by_descriptor(payload, "heartRateValueDescriptors", "heartRateValues", "heartrate")
    assert len(values) == 720
    assert any(value is None for value in values.values())
    at, bpm = target.view().heart_of_civil_day(TODAY - 3)
    first = min(values)
    here = (at * 1000 >= first) & (at * 1000 < first + 120_000)
    assert values[first] == round(bpm[here].mean())
    start = datetime.fromisoformat(payload["startTimestampGMT"]).replace(tzinfo=UTC)
    assert start.timestamp() * 1000 == first


def test_sleep_and_its_local_times(get, target):
    for one in target.view().sleeps(TODAY - 12, TODAY - 1):
        if not one.is_main:
            continue
        path, query = "/sleep-service/sleep/dailySleep", {"date": str(to_date(one.day))}
        payload = get("garmin", path, params=query).json()
        night = payload["dailySleepDTO"]
        assert night["sleepStartTimestampGMT"] == one.start * 1000
        assert night["sleepTimeSeconds"] == one.asleep_seconds
        assert len(payload["sleepLevels"]) == len(one.stages)
        local = night["sleepEndTimestampLocal"] - night["sleepEndTimestampGMT"]
        assert local % 1_800_000 == 0
    query = {"startDate": str(to_date(TODAY - 12)), "endDate": str(to_date(TODAY - 1))}
    summaries = get("garmin", "/sleep-service/sleep/dailySleepSummariesByDate", params=query).json()
    assert len(summaries) == sum(s.is_main for s in target.view().sleeps(TODAY - 12, TODAY - 1))


def test_stress_and_body_battery_have_sentinels_and_descriptors(get, target):
    payload = get("garmin", f"/wellness-service/wellness/dailyStress/{DAY}").json()
    stress = by_descriptor(
        payload, "stressValueDescriptorsDTOList", "stressValuesArray", "stressLevel"
    )
    assert {-1, -2} & set(stress.values())
    battery = by_descriptor(
        payload,
        "bodyBatteryValueDescriptorsDTOList",
        "bodyBatteryValuesArray",
        "bodyBatteryLevel",
    )
    assert all(5 <= level <= 100 for level in battery.values())
    query = {"startDate": str(to_date(TODAY - 5)), "endDate": str(DAY)}
    reports = get(
        "garmin", "/wellness-service/wellness/bodyBattery/reports/daily", params=query
    ).json()
    assert reports[-1]["bodyBatteryValuesArray"] == [list(pair) for pair in battery.items()]
    target.set("garmin", serves_day_stress=False)
    assert get("garmin", f"/wellness-service/wellness/dailyStress/{DAY}").status_code == 404


def test_hrv_spo2_weight_and_vo2_max(get, target):
    view = target.view()
    night = next(day for day in range(TODAY - 3, TODAY - 20, -1) if view.night(day))
    hrv = get("garmin", f"/hrv-service/hrv/{to_date(night)}").json()
    assert len(hrv["hrvReadings"]) == len(view.night(night)[1].hrv_at)
    many = get("garmin", f"/hrv-service/hrv/daily/{SPAN}").json()["hrvSummaries"]
    assert len(many) == sum(view.night(day) is not None for day in range(TODAY - 20, TODAY))
    spo2 = get(
        "garmin", f"/wellness-service/wellness/daily/spo2acclimation/{to_date(night)}"
    ).json()
    assert spo2["averageSpO2"] == view.measures(night).spo2_mean_pct
    weights = get("garmin", f"/weight-service/weight/range/{SPAN}?includeAll=true").json()
    found = [one["latestWeight"]["weight"] for one in weights["dailyWeightSummaries"]]
    assert found == [float(one.weight_g) for one in view.weighings(TODAY - 20, TODAY - 1)]
    age = get("garmin", f"/fitnessage-service/fitnessage/v2/{to_date(night)}").json()
    assert age["components"]["vo2Max"]["value"] == view.measures(night).vo2_max


def test_night_without_data_is_an_empty_body(get, target):
    view = target.view()
    day = next(day for day in range(TODAY - 1, TODAY - 60, -1) if view.night(day) is None)
    answer = get("garmin", f"/hrv-service/hrv/{to_date(day)}")
    assert (answer.status_code, answer.content) == (200, b"")


def test_activities_by_offset_until_an_empty_list(get, target):
    path = "/activitylist-service/activities/search/activities"
    query = {"limit": 10, "startDate": str(to_date(TODAY - 60)), "endDate": str(to_date(TODAY))}
    found: list[dict] = []
    while page := get("garmin", path, params=query | {"start": len(found)}).json():
        found += page
    truth = target.view().exercises(TODAY - 60, TODAY)
    assert [one["activityId"] for one in found] == [one.number for one in reversed(truth)]
    assert get("garmin", f"/activity-service/activity/{found[0]['activityId']}").json() == found[0]
    packed = get("garmin", f"/download-service/files/activity/{found[0]['activityId']}")
    assert packed.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.read(archive.namelist()[0])[8:12] == b".FIT"


@pytest.mark.parametrize(
    "path",
    [
        f"/usersummary-service/stats/steps/daily/{to_date(TODAY - 29)}/{to_date(TODAY)}",
        f"/usersummary-service/stats/steps/daily/{to_date(TODAY)}/{to_date(TODAY - 1)}",
        "/hrv-service/hrv/yesterday",
    ],
)
def test_wrong_ranges_are_refused(get, path):
    assert get("garmin", path).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        f"/usersummary-service/stats/stress/daily/{SPAN}",
        f"/usersummary-service/stats/hydration/daily/{SPAN}",
        "/biometric-service/heartRateZones/v2",
        f"/nutrition-service/food/logs/{DAY}",
        f"/goal-service/goal/user/effective/weightgoal/{SPAN}",
        f"/wellnessactivity-service/activity/summary/range/{SPAN}",
    ],
)
def test_the_other_paths_of_the_official_client_answer(get, path):
    assert get("garmin", path).status_code == 200
