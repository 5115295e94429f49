"""The same rows as JSON, CSV, Arrow and Parquet; what they are described to be; ETags."""

import io
import time
from datetime import UTC, date, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from tests.api.test_access import EVER, ROUTES, ask, path_of
from tests.clock import avoid_midnight

from vitals.api import media
from vitals.api.app import create_app
from vitals.api.config import ApiConfig
from vitals.api.etags import FRESH_SECONDS
from vitals.api.problems import Problem

TABLES = [route for route in ROUTES if route not in ("/health", "/v1/me")]
NESTED = {"/v1/participants/{participant_id}": "time_zones", "/v1/metrics": "resolutions"}
HEART = "/v1/participants/p1/metrics/heart_rate"


def rows_of(answer):
    body = answer.json()
    return body.get("data", [body])


def plain(value):
    """An instant, date, number or list in one form, whatever form it came in."""
    if isinstance(value, str):
        for read in (date.fromisoformat, datetime.fromisoformat):
            try:
                return plain(read(value))
            except ValueError:
                pass
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def table_of(answer):
    form = answer.headers["content-type"].partition(";")[0]
    if form == media.CSV:
        return pa_csv.read_csv(
            io.BytesIO(answer.content),
            convert_options=pa_csv.ConvertOptions(strings_can_be_null=True),
        )
    if form == media.ARROW:
        return pa.ipc.open_stream(answer.content).read_all()
    return pq.read_table(io.BytesIO(answer.content))


@pytest.mark.parametrize("form", [media.CSV, media.ARROW, media.PARQUET])
@pytest.mark.parametrize("route", TABLES)
def test_all_forms_hold_the_same_rows(everything, route, form):
    path = path_of(route, "p1")
    answer = ask(everything, path, Accept=form)
    assert answer.headers["content-type"].startswith(form)
    expected = rows_of(ask(everything, path))
    found = table_of(answer).to_pylist()
    nested = NESTED.get(route)
    if route == "/v1/metrics":
        expected = [{**row, "daily_health_column": None} for row in expected]
        found = [{**row, "daily_health_column": None} for row in found]
    strip = lambda row: {k: plain(v) for k, v in row.items() if k not in (nested, "sources")}  # noqa: E731
    assert [strip(row) for row in found] == [strip(row) for row in expected]
    assert found or route.endswith("/activities")


def test_a_table_says_what_it_holds(everything):
    answer = everything.get(
        HEART, params={"resolution": "minute", **EVER}, headers={"Accept": media.PARQUET}
    )
    table = table_of(answer)
    assert answer.headers["vitals-unit"] == "/min"
    assert table.schema.metadata[b"unit"] == b"/min"
    assert table.schema.field("time").type == pa.timestamp("us", "UTC")
    assert table.schema.field("value").type == pa.float64()


def test_figures_have_two_decimals_in_every_form(api, everything):
    [exact] = api.warehouse.values(
        "select heart_rate_mean_bpm from agg.weekly_health"
        " where participant_id = 'p1' and week_start = '2025-10-20'"
    )
    asked = {"start": "2025-10-20", "end": "2025-10-27"}
    [week] = rows_of(everything.get("/v1/participants/p1/health/weekly", params=asked))
    [point] = rows_of(everything.get(HEART, params={"resolution": "week", **asked}))
    assert week["heart_rate_mean_bpm"] == point["value"] == round(exact, 2) != exact
    files = {"params": {"resolution": "week", **asked}, "headers": {"Accept": media.CSV}}
    assert everything.get(HEART, **files).text.splitlines()[1].split(",")[1] == str(round(exact, 2))


def test_silence_is_counted_in_the_days_of_the_participant(everything):
    zones = {"p1": "Europe/Oslo", "p2": "Asia/Kolkata"}
    for zone in zones.values():
        avoid_midnight(zone)
    rows = {row["participant_id"]: row for row in rows_of(everything.get("/v1/participants"))}
    for person, zone in zones.items():
        today = datetime.now(ZoneInfo(zone)).date()
        last = date.fromisoformat(rows[person]["last_date"])
        assert rows[person]["silent_days"] == (today - last).days - 1
    assert rows["p3"]["silent_days"] is None


def test_an_empty_table_has_its_columns(everything):
    path = "/v1/participants/p3/metrics/heart_rate"
    for form in (media.CSV, media.ARROW, media.PARQUET):
        answer = everything.get(path, params={"resolution": "minute"}, headers={"Accept": form})
        table = table_of(answer)
        assert table.num_rows == 0
        assert {"time", "value", "min", "max", "samples", "source"} == set(table.column_names)


def test_streams_come_without_a_page_and_limits_count_in_every_form(everything):
    parameters = {"resolution": "raw", **EVER, "limit": 7}
    for form in (media.JSON, media.CSV, media.ARROW, media.PARQUET):
        answer = everything.get(HEART, params=parameters, headers={"Accept": form})
        rows = rows_of(answer) if form == media.JSON else table_of(answer).to_pylist()
        assert len(rows) == 7


@pytest.mark.parametrize("route", TABLES)
def test_answers_are_what_the_description_says(everything, route):
    app = create_app(ApiConfig(dsn=""))
    [model] = [
        one.responses[200]["model"] for one in app.routes if getattr(one, "path", "") == route
    ]
    model.model_validate_json(ask(everything, path_of(route, "p1")).content)


def test_sleeps_hold_their_stages_on_request(everything):
    path = "/v1/participants/p1/sleep"
    with_stages = everything.get(path, params={"stages": True, "tz": "local", **EVER}).json()
    night, plain_night = with_stages["data"]
    assert [stage["stage"] for stage in night["stages"]] == ["light", "deep", "rem", "awake"]
    assert (night["local_start_time"], night["start_utc_offset_minutes"]) == (
        "2025-10-25T23:00:00", 120)  # fmt: skip
    assert (night["local_end_time"], night["end_utc_offset_minutes"]) == (
        "2025-10-26T06:00:00", 60)  # fmt: skip
    assert (plain_night["stages"], plain_night["has_stages"]) == (None, False)


def test_only_some_columns(everything):
    path = "/v1/participants/p1/health/daily"
    answer = everything.get(path, params={"columns": "steps", **EVER})
    assert set(rows_of(answer)[0]) == {"participant_id", "local_date", "steps"}
    refused = everything.get(path, params={"columns": "steps,email"})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "columns")


def test_what_did_not_change_is_not_sent_again(api, everything):
    first = everything.get(HEART, params=EVER)
    again = everything.get(HEART, params=EVER, headers={"If-None-Match": first.headers["etag"]})
    other = everything.get(HEART, params=EVER, headers={"If-None-Match": '"another"'})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.content == b""
    with api.client(api.of_p1) as narrow:
        assert narrow.get(HEART, params=EVER).headers["etag"] != first.headers["etag"]


@pytest.mark.slow
def test_new_data_has_a_new_etag(api, everything):
    change = "update stage.load_progress set loads = loads {} '{{[9000,9001)}}'::int4multirange"
    before = everything.get(HEART, params=EVER).headers["etag"]
    api.warehouse.connection.execute(change.format("+"))
    time.sleep(FRESH_SECONDS + 0.2)
    after = everything.get(HEART, params=EVER, headers={"If-None-Match": before})
    api.warehouse.connection.execute(change.format("-"))
    assert after.status_code == 200
    assert after.headers["etag"] != before


@pytest.mark.slow
def test_who_is_deleted_is_not_called_unchanged(api, everything):
    cohort, run = "/v1/health/daily", api.warehouse.connection.execute
    time.sleep(FRESH_SECONDS + 0.2)
    before = everything.get(cohort, params=EVER).headers["etag"]
    run("create temporary table kept as select * from agg.monthly_health")
    run("delete from agg.monthly_health where participant_id = 'p2'")
    time.sleep(FRESH_SECONDS + 0.2)
    after = everything.get(cohort, params=EVER, headers={"If-None-Match": before})
    run("insert into agg.monthly_health select * from kept where participant_id = 'p2'")
    assert after.status_code == 200


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, media.JSON),
        ("*/*", media.JSON),
        ("text/csv", media.CSV),
        ("text/*", media.CSV),
        ("application/json;q=0.5, text/csv", media.CSV),
        ("text/csv;q=0.1, */*;q=0.2", media.JSON),
        ("application/json;q=0, */*", media.CSV),
        ("Application/Vnd.Apache.Parquet", media.PARQUET),
        ("text/html,application/xhtml+xml,*/*;q=0.8", media.JSON),
    ],
)
def test_the_form_that_is_liked_best(accept, form):
    assert media.chosen(accept) == form


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/plain", "text/csv;q=0", ";"])
def test_forms_that_there_are_not(accept):
    with pytest.raises(Problem) as refused:
        media.chosen(accept)
    assert refused.value.status == 406


def test_an_id_in_any_script_and_a_participant_who_is_deleted(api, everything):
    """Who there is may be remembered for longer than they are."""
    path, run = "/v1/participants/Łukasz Ω", api.warehouse.connection.execute
    run("insert into raw.iot__users (user_id, load_id, devices) values ('Łukasz Ω', 1, '[]')")
    time.sleep(1)  # ids are read again once a second at most
    for form in (media.CSV, media.ARROW, media.PARQUET):
        answer = everything.get(f"{path}/metrics/heart_rate", headers={"Accept": form})
        assert answer.status_code == 200
        assert unquote(answer.headers["vitals-participant-id"]) == "Łukasz Ω"
        assert answer.headers["vitals-metric"] == "heart_rate"
    assert everything.get(path).json()["participant_id"] == "Łukasz Ω"
    run("delete from raw.iot__users where user_id = 'Łukasz Ω'")
    assert everything.get(path).status_code == 404
