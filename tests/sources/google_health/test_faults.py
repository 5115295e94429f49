"""What goes wrong at Google Health: nothing is lost, and an error never looks like "no data"."""

import orjson
import pytest
import requests
from tests.simulator.harness import TODAY

from vitals.simulator.faults import UNKNOWN_FIELD
from vitals.simulator.truth.people import to_date
from vitals.sources._api.errors import (
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)
from vitals.sources._api.spec import DateWindow
from vitals.sources.google_health import SPEC
from vitals.sources.google_health.data_types import DATA_TYPES, SLEEP
from vitals.sources.google_health.problems import explain

WEEK = DateWindow(to_date(TODAY - 8), to_date(TODAY - 2))
# Enough of what comes by the minute.
DAYS = DateWindow(to_date(TODAY - 3), to_date(TODAY - 2))
# A listing, a roll-up, and sessions.
SORTS = ["steps", "daily_steps", "sleep"]
# The fields that a record cannot do without, by resource: Google's word for one of them.
NEEDED = {
    "profiles": "healthUserId",
    "devices": "name",
    "daily_resting_heart_rate": "beatsPerMinute",
    "daily_oxygen_saturation": "averagePercentage",
    "daily_respiratory_rate": "breathsPerMinute",
    "daily_sleep_temperature_derivations": "nightlyTemperatureCelsius",
    "daily_vo2_max": "vo2Max",
    "sleep": "dataPointName",
    "exercise": "exerciseType",
    "weight": "weightGrams",
    "body_fat": "percentage",
    "run_vo2_max": "physicalTime",
    "heart_rate_variability": "rootMeanSquareOfSuccessiveDifferencesMilliseconds",
    "oxygen_saturation": "percentage",
    "respiratory_rate_sleep_summary": "physicalTime",
    "steps": "startTime",
    "distance": "endTime",
    "floors": "startTime",
    "active_energy_burned": "startTime",
    "active_zone_minutes": "heartRateZone",
    "time_in_heart_rate_zone": "heartRateZoneType",
    "active_minutes": "startTime",
    "heart_rate": "beatsPerMinute",
}


@pytest.mark.parametrize("resource", SORTS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "expired"},
        {"kind": "rate_limited", "retry_after": 0},
        {"kind": "rate_limited"},
        {"kind": "server_error", "status": 504},
        {"kind": "slow", "seconds": 0.05},
        {"kind": "timeout", "seconds": 0.05},
        {"kind": "truncated"},
        {"kind": "cut"},
        {"kind": "html"},
        {"kind": "short_page"},
        {"kind": "short_page", "keep": 3},
        {"kind": "duplicate_page"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_what_passes_is_survived(connect, target, resource, fault):
    undisturbed = connect().fetch(resource, WEEK).rows
    assert len(undisturbed)
    target.fault(**fault, provider="google_health", times=1)
    survived = connect().fetch(resource, WEEK)
    assert survived.rows.equals(undisturbed) and not survived.rejected


def test_pages_of_any_size_give_the_same_rows(connect, target):
    undisturbed = connect().fetch("steps", WEEK)
    target.fault("short_page", provider="google_health", keep=100)
    pieces = connect().fetch("steps", WEEK)
    assert pieces.rows.equals(undisturbed.rows)
    assert pieces.responses > 10 > undisturbed.responses


@pytest.mark.parametrize("resource", SORTS)
@pytest.mark.parametrize(
    ("fault", "error", "tries"),
    [
        ({"kind": "scope_missing"}, ScopeMissingError, 1),
        ({"kind": "gone"}, ProviderGoneError, 1),
        ({"kind": "rate_limited", "retry_after": 1_800}, LimitReachedError, 1),
        ({"kind": "server_error"}, ProviderUnavailableError, 4),
        ({"kind": "truncated"}, ProviderUnavailableError, 4),
        ({"kind": "html"}, ProviderUnavailableError, 4),
        ({"kind": "expired"}, ConsentNeededError, 8),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_what_stays_is_an_error(connect, target, meter, resource, fault, error, tries):
    target.fault(**fault, provider="google_health")
    with pytest.raises(error):
        connect().fetch(resource, WEEK)
    assert meter.taken == tries


def test_an_error_on_a_later_page_gives_no_rows(connect, target):
    target.fault("short_page", provider="google_health", keep=100, times=1)
    target.fault("server_error", provider="google_health")
    with pytest.raises(ProviderUnavailableError):
        connect().fetch("steps", WEEK)


def test_pages_that_lead_round_in_a_circle_end(connect, target, meter):
    target.fault("duplicate_page", provider="google_health")
    with pytest.raises(ProviderUnavailableError, match="round in a circle"):
        connect().fetch("steps", WEEK)
    assert meter.taken < 10


def test_a_scope_that_was_not_granted_stops_only_its_resources(connect):
    client = connect(scopes=[scope for scope in SPEC.oauth.scopes if scope != SLEEP])
    with pytest.raises(ScopeMissingError):
        client.fetch("sleep", WEEK)
    assert len(client.fetch("steps", WEEK).rows)
    assert [one.name for one in SPEC.resources if one.scope == SLEEP] == ["sleep"]


def test_nobody_can_tell_the_last_sync_without_settings(connect):
    scopes = [scope for scope in SPEC.oauth.scopes if "settings" not in scope]
    assert connect(scopes=scopes).last_complete_date() is None


def test_every_resource_that_the_simulator_fills_is_tested():
    empty = {"daily_heart_rate_zones", "daily_heart_rate_variability", "height", "vo2_max"}
    totals = {one.resource.name for one in DATA_TYPES if one.is_rolled_up}
    assert {one.resource.name for one in DATA_TYPES} == NEEDED.keys() | empty | totals


@pytest.mark.parametrize("kind", ["wrong_type", "missing_field"])
@pytest.mark.parametrize(("resource", "field"), NEEDED.items())
def test_a_bad_record_costs_only_itself(connect, target, resource, field, kind):
    window = DAYS if SPEC.resource(resource).chunk_days == 7 else WEEK
    good = connect().fetch(resource, window).rows
    path = "identity" if resource == "profiles" else ""
    target.fault(kind, provider="google_health", field=field, records=1, times=1, path=path)
    fetched = connect().fetch(resource, window)
    assert len(fetched.rows) == len(good) - 1
    [rejected] = fetched.rejected
    assert rejected.record_id.startswith(f"google_health:p0001/{resource}/")
    assert rejected.field in rejected.reason and "\n" not in rejected.reason
    assert ("is missing" if kind == "missing_field" else "is wrong") in rejected.reason
    assert not rejected.row_kept
    assert orjson.loads(rejected.payload)
    assert set(map(repr, fetched.rows.to_pylist())) < set(map(repr, good.to_pylist()))


@pytest.mark.parametrize(
    ("resource", "field", "path"),
    [
        ("steps", "count", "steps.count"),
        ("daily_steps", "countSum", "steps.countSum"),
        ("daily_total_calories", "kcalSum", "totalCalories.kcalSum"),
    ],
)
def test_a_count_of_a_wrong_type_is_no_zero(connect, target, resource, field, path):
    good = connect().fetch(resource, WEEK).rows
    target.fault("wrong_type", provider="google_health", field=field, records=5, times=1)
    fetched = connect().fetch(resource, WEEK)
    assert [one.field for one in fetched.rejected] == [path] * 5
    assert len({one.record_id for one in fetched.rejected}) == 5
    assert len(fetched.rows) == len(good) - 5


def test_a_count_that_is_missing_is_a_zero(connect, target):
    good = connect().fetch("floors", WEEK).rows
    target.fault("missing_field", provider="google_health", field="count", records=500, times=1)
    fetched = connect().fetch("floors", WEEK)
    assert not fetched.rejected and len(fetched.rows) == len(good)
    assert set(fetched.rows["floors"].to_pylist()) == {0}


def test_what_a_record_can_do_without_costs_only_itself(connect, target):
    good = connect().fetch("sleep", WEEK).rows
    target.fault("wrong_type", provider="google_health", field="minutesAsleep", times=1)
    fetched = connect().fetch("sleep", WEEK)
    [rejected] = fetched.rejected
    assert rejected.row_kept and rejected.field == "sleep.summary.minutesAsleep"
    assert fetched.rows.drop_columns("minutes_asleep").equals(good.drop_columns("minutes_asleep"))
    assert fetched.rows["minutes_asleep"].null_count == 1


def test_records_without_an_offset_take_the_zone_of_the_account(connect, target, meter):
    """Account 3 lives in one zone without clock changes, so that the days must stay the same."""
    client = connect(3)
    good = client.fetch("steps", WEEK).rows
    target.fault(
        "missing_field", provider="google_health", path="steps", field="startUtcOffset",
        records=10_000,
    )  # fmt: skip
    fetched = client.fetch("steps", WEEK)
    assert fetched.rows["utc_offset_seconds"].null_count == len(good)
    assert fetched.rows["local_date"].equals(good["local_date"])
    asked = meter.taken
    client.fetch("steps", WEEK)
    assert meter.taken == asked + 1


def test_unknown_fields_are_kept_and_named(connect, target):
    good = connect().fetch("heart_rate", DAYS).rows
    target.fault("unknown_field", provider="google_health")
    fetched = connect().fetch("heart_rate", DAYS)
    assert fetched.unknown_fields == {UNKNOWN_FIELD}
    assert fetched.rows.drop_columns("extra").equals(good.drop_columns("extra"))
    extra = fetched.rows["extra"].to_pylist()
    assert orjson.loads(extra[0]) == {UNKNOWN_FIELD: {"since": "tomorrow", "values": [1, 2]}}
    assert None not in extra


@pytest.mark.parametrize("resource", [one.resource.name for one in DATA_TYPES])
def test_unknown_fields_cost_no_record(connect, target, resource):
    window = DAYS if SPEC.resource(resource).chunk_days == 7 else WEEK
    good = connect().fetch(resource, window).rows
    target.fault("unknown_field", provider="google_health")
    fetched = connect().fetch(resource, window)
    assert len(fetched.rows) == len(good) and not fetched.rejected
    if len(good):
        assert fetched.rows["extra"].null_count < len(good)


def test_no_answer_of_the_simulator_has_fields_that_the_model_does_not_know(connect):
    client = connect()
    weeks = DateWindow(to_date(TODAY - 60), to_date(TODAY - 2))
    for resource in SPEC.resources:
        fetched = client.fetch(resource.name, next(iter(weeks.pieces(resource.chunk_days))))
        assert not fetched.unknown_fields and not fetched.rejected, resource.name


def test_restated_days_come_as_they_are_now(connect, target):
    day = TODAY - 4
    window = DateWindow(to_date(day), to_date(day))
    before = connect().fetch("steps", window).rows
    target.restate(day, day)
    after = connect().fetch("steps", window).rows
    lengths = {
        (end - start).total_seconds()
        for start, end in zip(
            after["ts"].to_pylist(), after["end_ts"].to_pylist(), strict=True
        )
    }  # fmt: skip
    assert lengths == {60, 300}
    truth = target.view().minutes_of_civil_day(day).steps.sum()
    assert sum(after["steps"].to_pylist()) == truth > sum(before["steps"].to_pylist())


@pytest.mark.parametrize(
    ("status", "reason", "message", "error"),
    [
        (400, "ACCOUNT_NOT_LINKED", "not linked", ConsentNeededError),
        (400, "INVALID_DATA_POINT_FILTER", "bad\nfilter", RequestRefusedError),
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "", ScopeMissingError),
        (403, "SERVICE_DISABLED", "", RequestRefusedError),
        (403, "", "UberMint user has no GaiaMint", ConsentNeededError),
        (403, "", "", None),
        (401, "ACCESS_TOKEN_EXPIRED", "", None),
        (429, "RATE_LIMIT_EXCEEDED", "", None),
        (503, "", "", None),
    ],
)
def test_refusals_say_what_to_do(status, reason, message, error):
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    found = explain(status, {"error": {"code": status, "message": message, "details": details}})
    assert type(found) is (error or type(None))
    assert "\n" not in str(found)


@pytest.mark.parametrize("body", [None, [], {}, {"error": "text"}, {"error": {"details": "?"}}])
def test_refusals_without_the_usual_body(body):
    assert explain(403, body) is None
    assert isinstance(explain(400, body), RequestRefusedError)


@pytest.mark.parametrize("name", [one.name for one in SPEC.resources if one.name != "profiles"])
def test_an_empty_object_is_a_list_without_entries(connect, target, name):
    """Google leaves out an empty list, and with it all there is in the answer."""
    target.fault("empty", provider="google_health", path="dataPoints|pairedDevices")
    day = to_date(TODAY - 2)
    found = connect().fetch(name, DateWindow(day, day))
    assert (found.rows.num_rows, found.rejected, found.unknown_fields) == (0, [], set())
    assert found.responses == 1


def test_the_consent_page_gives_a_refresh_token(target):
    """What the description of OAuth asks for is what the authorization server accepts."""
    oauth = SPEC.oauth
    client = target.admin("GET", "/settings")["google_health"]
    redirect = "http://127.0.0.1:1/"
    question = {
        "client_id": client["client_id"], "redirect_uri": redirect, "response_type": "code",
        "scope": oauth.scope_separator.join(oauth.scopes), "simulator_account": "1",
        **oauth.authorize_params,
    }  # fmt: skip
    path = requests.utils.urlparse(oauth.authorize_url).path
    url = f"{target.url}/google_health{path}"
    agreed = target.session.get(url, params=question, allow_redirects=False, timeout=60)
    query = requests.utils.urlparse(agreed.headers["location"]).query
    code = dict(part.split("=") for part in query.split("&"))["code"]
    answer = target.session.post(
        f"{target.url}/google_health/token",
        data={
            "grant_type": "authorization_code", "code": requests.utils.unquote(code),
            "redirect_uri": redirect, "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        },
        timeout=60,
    ).json()  # fmt: skip
    assert answer["refresh_token"]
    assert set(answer["scope"].split()) == set(oauth.scopes)
