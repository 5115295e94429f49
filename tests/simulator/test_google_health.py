"""Google Health over plain HTTP: completeness, paging, filters, roll-ups, account."""

from typing import Any

import numpy as np
import pytest
from tests.simulator.harness import NOW, TODAY, between, civil, physical

from vitals.simulator.google_health.data_types import DATA_TYPES
from vitals.simulator.truth.people import DAY, to_date
from vitals.simulator.truth.totals import day_totals

USER = "/v4/users/me"
SCOPE = "https://www.googleapis.com/auth/googlehealth."
WEEK = (TODAY - 14, TODAY - 7)


def collect(get, data_type: str, account: int = 1, method: str = "", **query: Any) -> list[dict]:
    """All points of a listing, page by page."""
    path = f"{USER}/dataTypes/{data_type}/dataPoints{method}"
    points: list[dict] = []
    token = None
    for _ in range(500):
        answer = get(
            "google_health", path, account, params=query | ({"pageToken": token} if token else {})
        )
        assert answer.status_code == 200, answer.text
        body = answer.json()
        points += body.get("dataPoints", [])
        token = body.get("nextPageToken")
        if not token:
            return points
    raise AssertionError("pages without end")


def known_days(target, account: int = 1) -> list[Any]:
    view = target.view(account)
    return [day_totals(view, day) for day in range(*WEEK)]


@pytest.mark.parametrize("account", [1, 4])
@pytest.mark.parametrize(
    ("data_type", "key", "field", "total"),
    [
        ("steps", "steps", "count", "steps"),
        ("distance", "distance", "millimeters", "distance_mm"),
        ("floors", "floors", "count", "floors"),
        ("active-zone-minutes", "activeZoneMinutes", "activeZoneMinutes", "active_zone_minutes"),
    ],
)
def test_reconciled_minutes_add_up_to_the_truth(get, target, account, data_type, key, field, total):
    wanted = between(f"{data_type.replace('-', '_')}.interval.civil_start_time", *WEEK)
    points = collect(get, data_type, account, ":reconcile", filter=wanted)
    truth = sum(getattr(one, total) for one in known_days(target, account))
    assert truth > 0
    assert sum(int(point[key].get(field, "0")) for point in points) == truth
    assert all(isinstance(point[key].get(field, "0"), str) for point in points)
    assert all("dataSource" not in point for point in points)


def test_energy_and_zone_time(get, target):
    field = "active_energy_burned.interval.civil_start_time"
    points = collect(get, "active-energy-burned", filter=between(field, *WEEK))
    kcal = sum(point["activeEnergyBurned"].get("kcal", 0) for point in points)
    assert kcal == pytest.approx(sum(one.active_kcal for one in known_days(target)))
    field = "time_in_heart_rate_zone.interval.civil_start_time"
    zones = collect(get, "time-in-heart-rate-zone", filter=between(field, *WEEK))
    assert {point["timeInHeartRateZone"]["heartRateZoneType"] for point in zones} >= {"LIGHT"}


def test_heart_rate_is_complete_and_descending(get, target):
    field = "heart_rate.sample_time.physical_time"
    points = collect(get, "heart-rate", filter=physical(field, TODAY - 9, TODAY - 7), pageSize=700)
    times = [point["heartRate"]["sampleTime"]["physicalTime"] for point in points]
    at, bpm = target.view().heart_between((TODAY - 9) * DAY, (TODAY - 7) * DAY)
    assert times == sorted(times, reverse=True)
    assert len(points) == len(at) > 2_000
    assert [int(point["heartRate"]["beatsPerMinute"]) for point in points] == bpm[::-1].tolist()


def test_phone_steps_stand_beside_the_watch_in_list_only(get, target):
    field = between("steps.interval.civil_start_time", TODAY - 8, TODAY - 7)
    listed = collect(get, "steps", 2, filter=field)
    sources = {point["dataSource"]["platform"] for point in listed}
    assert sources == {"FITBIT", "HEALTH_CONNECT"}
    phone = next(p for p in listed if p["dataSource"]["platform"] == "HEALTH_CONNECT")
    assert "startUtcOffset" not in phone["steps"]["interval"]
    family = {"dataSourceFamily": "users/me/dataSourceFamilies/google-wearables"}
    wearables = collect(get, "steps", 2, filter=field, **family)
    assert {point["dataSource"]["platform"] for point in wearables} == {"FITBIT"}
    assert sum(int(point["steps"].get("count", 0)) for point in wearables) == sum(
        int(point["steps"].get("count", 0))
        for point in collect(get, "steps", 2, ":reconcile", filter=field)
    )


def test_sleep_comes_in_pages_of_25_and_is_filed_by_its_end(get, target):
    wanted = between("sleep.interval.civil_end_time", TODAY - 60, TODAY - 1)
    first = get(
        "google_health",
        f"{USER}/dataTypes/sleep/dataPoints",
        params={"filter": wanted, "pageSize": 1000},
    ).json()
    assert len(first["dataPoints"]) == 25 and first["nextPageToken"]
    sleeps = collect(get, "sleep", filter=wanted)
    truth = target.view().sleeps(TODAY - 60, TODAY - 2)
    assert len(sleeps) == len(truth)
    for point, one in zip(sleeps, reversed(truth), strict=True):
        assert len(point["sleep"]["stages"]) == len(one.stages)
        assert int(point["sleep"]["summary"]["minutesAsleep"]) == one.asleep_seconds // 60
        assert point["sleep"]["metadata"].get("mainSleep", False) == one.is_main


def test_sleep_is_processed_only_some_time_after_its_end(get, target):
    end = target.view().sleeps(TODAY - 5, TODAY - 1)[-1].end
    target.set("google_health", processing_seconds=NOW.timestamp() - end + 60)
    newest = collect(
        get, "sleep", filter=f'sleep.interval.civil_end_time >= "{to_date(TODAY - 4)}"'
    )
    unprocessed = [point for point in newest if "processed" not in point["sleep"]["metadata"]]
    assert unprocessed and all("stages" not in point["sleep"] for point in unprocessed)


def test_exercises_and_their_details(get, target):
    wanted = between("exercise.interval.civil_start_time", TODAY - 60, TODAY)
    exercises = collect(get, "exercise", filter=wanted)
    truth = target.view().exercises(TODAY - 60, TODAY - 1)
    assert len(exercises) == len(truth) > 25
    point = exercises[3]
    assert point == get("google_health", "/v4/" + point["name"]).json()
    assert float(point["exercise"]["metricsSummary"]["distanceMillimeters"]) == pytest.approx(
        truth[-4].distance_m * 1_000
    )


@pytest.mark.parametrize(
    ("data_type", "key", "field", "measure"),
    [
        ("daily-resting-heart-rate", "dailyRestingHeartRate", "beatsPerMinute", "resting_bpm"),
        (
            "daily-heart-rate-variability",
            "dailyHeartRateVariability",
            "averageHeartRateVariabilityMilliseconds",
            "hrv_rmssd_ms",
        ),
        ("daily-oxygen-saturation", "dailyOxygenSaturation", "averagePercentage", "spo2_mean_pct"),
        (
            "daily-respiratory-rate",
            "dailyRespiratoryRate",
            "breathsPerMinute",
            "breaths_per_minute",
        ),
        (
            "daily-sleep-temperature-derivations",
            "dailySleepTemperatureDerivations",
            "nightlyTemperatureCelsius",
            "temperature_c",
        ),
        ("daily-vo2-max", "dailyVo2Max", "vo2Max", "vo2_max"),
    ],
)
def test_daily_values(get, target, data_type, key, field, measure):
    wanted = between(f"{data_type.replace('-', '_')}.date", TODAY - 40, TODAY)
    points = collect(get, data_type, filter=wanted)
    view = target.view()
    measures = [view.measures(day) for day in range(TODAY - 1, TODAY - 41, -1)]
    expected = [getattr(one, measure) for one in measures if one is not None]
    assert [float(point[key][field]) for point in points] == [v for v in expected if v is not None]


def test_night_samples_and_weight(get, target):
    view = target.view()
    nights = [view.night(day) for day in range(TODAY - 10, TODAY - 1)]
    span = (nights[0][0].start, nights[-1][0].end + 60) if nights[0] and nights[-1] else None
    assert span is not None, "choose another week"
    first, end = (f"{np.datetime64(second, 's')}Z" for second in span)
    for data_type, column in (
        ("heart-rate-variability", "hrv_at"),
        ("oxygen-saturation", "spo2_at"),
    ):
        field = f"{data_type.replace('-', '_')}.sample_time.physical_time"
        points = collect(get, data_type, filter=f'{field} >= "{first}" AND {field} < "{end}"')
        assert len(points) == sum(len(getattr(night[1], column)) for night in nights if night)
    weights = collect(
        get, "weight", filter=f'weight.sample_time.civil_time >= "{to_date(TODAY - 60)}"'
    )
    truth = view.weighings(TODAY - 60, TODAY)
    assert [p["weight"]["weightGrams"] for p in weights] == [w.weight_g for w in reversed(truth)]
    assert get("google_health", "/v4/" + weights[0]["name"]).json() == weights[0]


def test_baseline_is_the_text_nan_in_the_first_month(get, target):
    account = target.running.simulator.truth.account(1)
    joined = (account.member_since - to_date(0)).days
    field = "daily_sleep_temperature_derivations.date"
    points = collect(
        get, "daily-sleep-temperature-derivations", filter=between(field, joined, joined + 20)
    )
    key = "dailySleepTemperatureDerivations"
    assert {point[key]["baselineTemperatureCelsius"] for point in points} == {"NaN"}


def test_nothing_is_an_empty_object(get):
    path = f"{USER}/dataTypes/steps/dataPoints"
    answer = get(
        "google_health", path, params={"filter": 'steps.interval.civil_start_time >= "2031-01-01"'}
    )
    assert answer.json() == {}
    assert get("google_health", f"{USER}/dataTypes/altitude/dataPoints").json() == {}


def test_zero_fields_are_absent(get):
    wanted = between("steps.interval.civil_start_time", TODAY - 8, TODAY - 7)
    points = collect(get, "steps", filter=wanted)
    assert any("count" not in point["steps"] for point in points)
    assert not any(point["steps"].get("count") == "0" for point in points)


def test_every_type_without_filter_has_a_first_page(get):
    for data_type in DATA_TYPES.values():
        if "L" in data_type.methods and data_type.scope.endswith(
            ("fitness.readonly", "measurements.readonly", "sleep.readonly")
        ):
            path = f"{USER}/dataTypes/{data_type.name}/dataPoints"
            answer = get("google_health", path, params={"pageSize": 3})
            assert answer.status_code == 200, answer.text
            assert all(data_type.camel in point for point in answer.json().get("dataPoints", []))


@pytest.mark.parametrize(
    ("data_type", "wanted", "reason"),
    [
        ("heart-rate", 'heart-rate.sample_time.civil_time >= "2026-11-20"', ""),
        ("steps", 'steps.interval.start_time > "2026-11-20T00:00:00Z"', ""),
        ("steps", 'steps.interval.start_time >= "2026-11-20T00:00:00Z" OR '
                  'steps.interval.start_time < "2026-11-20T00:00:00Z"', ""),
        ("steps", 'heart_rate.sample_time.civil_time >= "2026-11-20"', "_DATA_TYPE_MEMBER"),
        ("exercise", 'exercise.interval.start_time >= "2026-11-20T00:00:00Z"', "_DATA_TYPE_MEMBER"),
        ("sleep", 'sleep.interval.civil_start_time >= "2026-11-20"', "_DATA_TYPE_MEMBER"),
        ("steps", 'steps.interval.civil_start_time >= "2026-11-20T00:00:00Z"',
         "_CIVIL_DATE_TIME_FORMAT"),
        ("steps", 'steps.interval.civil_start_time >= "20.11.2026"', "_CIVIL_DATE_TIME_FORMAT"),
        ("daily-resting-heart-rate", 'daily_resting_heart_rate.date >= "2026-11-20T00:00:00"',
         "_CIVIL_DATE_TIME_FORMAT"),
        ("steps", 'steps.interval.civil_start_time >=', "_MISSING_TOKEN"),
        ("steps", 'steps.interval.civil_start_time >= "2026-11-20" AND', "_MISSING_TOKEN"),
        ("steps", "steps.interval.civil_start_time >= '2026-11-20'", "_SYNTAX"),
        ("steps", 'steps.interval.civil_start_time >= 2026-11-20', "_SYNTAX"),
    ],
)  # fmt: skip
def test_filters_are_parsed_strictly(get, data_type, wanted, reason):
    answer = get(
        "google_health", f"{USER}/dataTypes/{data_type}/dataPoints", params={"filter": wanted}
    )
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["details"][0]["reason"] == f"INVALID_DATA_POINT_FILTER{reason}"


def test_physical_literal_without_zone_is_refused(get):
    wanted = 'steps.interval.start_time >= "2026-11-20"'
    path = f"{USER}/dataTypes/steps/dataPoints"
    error = get("google_health", path, params={"filter": wanted}).json()["error"]
    assert error["details"][0]["reason"] == "INVALID_FILTER_FORMAT"


def test_sleep_allows_or(get, target):
    field = "sleep.interval.civil_end_time"
    either = f"{between(field, TODAY - 9, TODAY - 8)} OR {between(field, TODAY - 5, TODAY - 4)}"
    days = {TODAY - 9, TODAY - 5}
    truth = [one for one in target.view().sleeps(TODAY - 9, TODAY - 4) if one.day in days]
    assert len(collect(get, "sleep", filter=either)) == len(truth)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("heart_rate/dataPoints", "INVALID_PARENT_DATA_TYPE_COLLECTION_FORMAT"),
        ("readiness/dataPoints", "INVALID_PARENT_DATA_TYPE_COLLECTION"),
        ("total-calories/dataPoints", "INVALID_PARENT_DATA_TYPE_COLLECTION"),
        ("floors/dataPoints", "INVALID_PARENT_DATA_TYPE_COLLECTION"),
        ("sleep/dataPoints?dataSourceFamily=users/me/dataSourceFamilies/all-sources",
         "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
        ("steps/dataPoints?dataSourceFamily=all-sources", "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
    ],
)  # fmt: skip
def test_wrong_types_and_families(get, path, reason):
    answer = get("google_health", f"{USER}/dataTypes/{path}")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["reason"] == reason


def test_unknown_parameters_and_foreign_tokens_are_refused(get):
    path = f"{USER}/dataTypes/steps/dataPoints"
    assert get("google_health", path, params={"pagesize": 5}).status_code == 400
    page = get("google_health", path, params={"page_size": 5}).json()["nextPageToken"]
    same = get("google_health", path, params={"page_size": 5, "page_token": page})
    assert len(same.json()["dataPoints"]) == 5
    other = get("google_health", path, params={"page_size": 6, "page_token": page})
    assert other.status_code == 400
    assert get("google_health", "/v4/users/12345/identity").status_code == 403


def roll(get, data_type: str, method: str, body: dict, account: int = 1) -> Any:
    return get(
        "google_health", f"{USER}/dataTypes/{data_type}/dataPoints:{method}", account, json=body
    )


@pytest.mark.parametrize(
    ("data_type", "read", "total"),
    [
        ("steps", lambda p: int(p["steps"].get("countSum", 0)), "steps"),
        ("floors", lambda p: int(p["floors"].get("countSum", 0)), "floors"),
        ("total-calories", lambda p: p["totalCalories"]["kcalSum"], "total_kcal"),
        ("heart-rate", lambda p: p["heartRate"]["beatsPerMinuteMax"], "heart_rate_max"),
        (
            "active-zone-minutes",
            lambda p: sum(int(v) for v in p["activeZoneMinutes"].values()),
            "active_zone_minutes",
        ),
    ],
)
def test_daily_roll_up_equals_the_truth(get, target, data_type, read, total):
    body = {"range": {"start": civil(TODAY - 30), "end": civil(TODAY - 17)}, "windowSizeDays": 1}
    answer = roll(get, data_type, "dailyRollUp", body)
    assert answer.status_code == 200, answer.text
    view = target.view()
    truth = {}
    for day in range(TODAY - 30, TODAY - 17):
        totals = day_totals(view, day)
        if data_type == "total-calories" or totals.worn_minutes:
            truth[str(to_date(day))] = getattr(totals, total)
    found = {}
    for point in answer.json()["rollupDataPoints"]:
        start = point["civilStartTime"]
        assert start["time"] == {}
        found["{year}-{month:02}-{day:02}".format(**start["date"])] = read(point)
    assert found == pytest.approx(truth)


def test_hourly_roll_up(get, target):
    start, end = f"{to_date(TODAY - 8)}T00:00:00Z", f"{to_date(TODAY - 7)}T00:00:00Z"
    body = {"range": {"startTime": start, "endTime": end}, "windowSize": "3600s", "pageSize": 10}
    pages = [roll(get, "steps", "rollUp", body).json()]
    while pages[-1].get("nextPageToken"):
        pages.append(
            roll(get, "steps", "rollUp", body | {"pageToken": pages[-1]["nextPageToken"]}).json()
        )
    points = [point for page in pages for point in page["rollupDataPoints"]]
    minutes = target.view().minutes(TODAY - 8)
    assert sum(int(p["steps"].get("countSum", 0)) for p in points) == minutes.steps.sum()
    assert len(pages) == 3


@pytest.mark.parametrize(
    ("data_type", "days", "status"),
    [("heart-rate", 14, 200), ("heart-rate", 15, 400), ("steps", 90, 200), ("steps", 91, 400)],
)
def test_range_caps_of_roll_ups(get, data_type, days, status):
    body = {"range": {"start": civil(TODAY - days), "end": civil(TODAY)}}
    assert roll(get, data_type, "dailyRollUp", body).status_code == status


def test_bodies_that_the_api_refuses(get, target):
    span = {"start": civil(TODAY - 3), "end": civil(TODAY)}
    assert roll(get, "steps", "dailyRollUp", {"range": span, "pageSize": 3}).status_code == 400
    noon = {"start": {**civil(TODAY - 3), "time": {"hours": 12}}, "end": civil(TODAY)}
    assert roll(get, "steps", "dailyRollUp", {"range": noon}).status_code == 400
    path = f"{USER}/dataTypes/steps/dataPoints:dailyRollUp"
    octal = b'{"range":{"start":{"date":{"year":2026,"month":01,"day":2}}}}'
    answer = get("google_health", path, data=octal)
    assert "Octal/hex" in answer.json()["error"]["message"]
    target.set("google_health", day_rollup_cap=14)
    long = {"range": {"start": civil(TODAY - 15), "end": civil(TODAY)}}
    assert roll(get, "floors", "dailyRollUp", long).status_code == 400


def test_account_endpoints(get, target):
    identity = get("google_health", f"{USER}/identity", 2).json()
    account = target.running.simulator.truth.account(2)
    assert identity["healthUserId"] == account.google_id
    by_id = f"/v4/users/{account.google_id}"
    assert get("google_health", f"{by_id}/profile", 2).json()["age"] > 18
    settings = get("google_health", f"{USER}/settings", 3).json()
    assert (settings["timeZone"], settings["utcOffset"]) == ("Asia/Kolkata", "19800s")
    first = get("google_health", f"{USER}/pairedDevices", 1, params={"pageSize": 1}).json()
    rest = {"pageSize": 1, "pageToken": first["nextPageToken"]}
    second = get("google_health", f"{USER}/pairedDevices", 1, params=rest).json()
    kinds = [page["pairedDevices"][0]["deviceType"] for page in (first, second)]
    assert kinds == ["TRACKER", "SCALE"]
    synced = np.datetime64(first["pairedDevices"][0]["lastSyncTime"][:-1]).astype(int)
    assert synced == target.view().until


def test_scopes_are_needed_one_by_one_and_foreign_ones_spoil_the_token(get, target):
    sleep = target.token("google_health", 1, scopes=[f"{SCOPE}sleep.readonly"])["access_token"]
    path = f"{USER}/dataTypes/{{}}/dataPoints"
    assert get("google_health", path.format("sleep"), token=sleep).status_code == 200
    refused = get("google_health", path.format("steps"), token=sleep)
    assert refused.status_code == 403
    assert refused.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    mixed = [f"{SCOPE}sleep.readonly", "https://www.googleapis.com/auth/calendar"]
    token = target.token("google_health", 1, scopes=mixed)["access_token"]
    assert get("google_health", path.format("sleep"), token=token).status_code == 403


def test_restated_hour_comes_in_other_buckets(get, target):
    day = next(one.day for one in known_days(target) if one.worn_minutes > 1_000)
    wanted = between("steps.interval.civil_start_time", day, day + 1)
    before = collect(get, "steps", 1, ":reconcile", filter=wanted)
    target.restate(day, day)
    after = collect(get, "steps", 1, ":reconcile", filter=wanted)
    starts = {point["steps"]["interval"]["startTime"] for point in before}
    gone = starts - {point["steps"]["interval"]["startTime"] for point in after}
    assert gone, "an upsert by start would leave these behind"
    total = sum(int(point["steps"].get("count", 0)) for point in after)
    assert total == day_totals(target.view(), day).steps


def test_late_sync_appears_when_the_clock_moves(get, target):
    field = "heart_rate.sample_time.physical_time"
    wanted = {"filter": f'{field} >= "{to_date(TODAY)}T00:00:00Z"', "pageSize": 10_000}
    before = collect(get, "heart-rate", **wanted)
    target.admin("POST", "/clock", {"advance_seconds": 86_400})
    assert len(collect(get, "heart-rate", **wanted)) > len(before)
