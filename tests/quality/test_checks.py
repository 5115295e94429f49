"""Each check finds what was planted for it, and nothing where nothing was planted."""

import psycopg
import pytest

from vitals.deletion.catalogue import tables
from vitals.monitoring.books import open_books
from vitals.orchestration import quality_report
from vitals.quality import store
from vitals.quality.settings import QualitySettings

pytestmark = pytest.mark.slow

# What is wrong -> the check that has to find it, and in how many rows.
DEFECTS = {
    # raw
    "insert into raw.iot__heart_rates select 'd1', '2025-06-10 10:00:30+00', 300, 1, min(load_id)"
    " from raw.iot__heart_rates where device_id = 'd1'": {
        "iot_heart_rates_are_in_range": 1,
        # One more than the books say.
        "iot_heart_rates_match_loads": 1,
    },
    "insert into raw.iot__heart_rates values ('d2', now() + interval '2 days', 60, 1, 0)": {
        "iot_heart_rates_are_not_of_the_future": 1,
    },
    "update raw.iot__steps set steps = 5000"
    " where device_id = 'd1' and ts = '2025-06-12 10:29+00'": {
        "iot_steps_are_in_range": 1,
    },
    "delete from raw.iot__sleeps where device_id = 'd2'": {
        "iot_sleeps_match_loads": 1,
    },
    "insert into raw.loads (source, resource, mode, status, rows_read, rows_loaded, rows_rejected)"
    " values ('iot', 'users', 'full', 'done', 100, 90, 10)": {"few_rows_are_rejected": 1},
    "insert into raw.loads (source, resource, mode, started_at)"
    " values ('strava', 'activities', 'full', now() - interval '25 hours')": {
        "loads_come_to_an_end": 1
    },
    "with forgotten as ("
    " insert into raw.loads (source, resource, mode, status, finished_at)"
    " values ('iot', 'steps', 'full', 'done', now() - interval '7 hours') returning load_id)"
    " insert into raw.touched_days select load_id, 'iot', 'steps', 'd9', '2025-06-10',"
    " '2025-06-10', '2025-06-10' from forgotten": {
        # Nine tables have not taken it in, and nobody has the device.
        "loads_are_taken_in": 9,
        "devices_have_owners": 1,
    },
    # stage
    "insert into stage.sleep_sessions select (jsonb_populate_record("
    'stored, \'{"start_ts": "2025-06-10 23:00+00"}\')).* from stage.sleep_sessions as stored'
    " limit 1": {"sleep_sessions_do_not_overlap": 1},
    "update stage.dim_participant set gender = null": {"gender_is_mostly_known": 2},
    "update stage.dim_participant set country_code = 'XX' where participant_id = 'p2'": {
        "participants_live_in_known_countries": 1
    },
    "update stage.participant_time_zones set valid_from = '2020-01-01'"
    " where participant_id = 'p1'": {"time_zone_periods_leave_no_gap": 1},
    "update stage.participant_time_zones set stated_time_zone = 'Mars/Olympus'"
    " where participant_id = 'p2'": {"stated_time_zones_are_known": 1},
    "update stage.dim_participant set valid_to = valid_from where participant_id = 'p1'": {
        "periods_follow_each_other_dim_participant_participant_id": 1
    },
    "delete from stage.fct_heart_rates where kafka_offset = 7": {
        "heart_rate_facts_have_all_events": 1
    },
    "update stage.fct_heart_rates set participant_key = 0 where kafka_offset < 10": {
        "heart_rate_facts_know_their_participants": 8
    },
    # agg
    "update agg.daily_health set hr_zone_peak_minutes = 0, hr_zone_vigorous_minutes = 0,"
    " hr_zone_moderate_minutes = 0, hr_zone_light_minutes = 0, heart_rate_max_bpm = 400"
    " where participant_id = 'p1' and local_date = '2025-06-10'": {
        "zone_minutes_add_up_to_wear_minutes": 1,
        "between_daily_health_heart_rate_max_bpm__250__25": 1,
    },
    "update agg.monthly_health set heart_rate_mean_bpm = 61 where participant_id = 'p2'": {
        "rollups_equal_their_minutes": 1
    },
}
EXPECTED = {name: rows for found in DEFECTS.values() for name, rows in found.items()}
PLANTED_IN = (
    "test_type:singular", "source:iot", "dim_participant", "participant_time_zones",
    "load_progress", "daily_health", "fct_heart_rates",
)  # fmt: skip
WARNINGS = {
    "few_rows_are_rejected",
    "devices_have_owners",
    "stated_time_zones_are_known",
    "heart_rate_facts_know_their_participants",
    "gender_is_mostly_known",
    "participants_live_in_known_countries",
}


def stored(checked) -> set[str]:
    return set(
        checked.warehouse.values(
            "select tablename::text from pg_tables where schemaname = 'quality'"
            " and tablename not in ('runs', 'results')"
        )
    )


def make_tables(checked, *views: str) -> None:
    """Tables in the place of views, so that something wrong can be planted in them."""
    for view in views:
        checked.sql(f"create table {view}_planted as select * from {view}")
        checked.sql(f"alter view {view} rename to {view.rpartition('.')[2]}_true")
        checked.sql(f"alter table {view}_planted rename to {view.rpartition('.')[2]}")
        checked.sql(f"grant select on {view} to transformer")


def test_data_that_is_well_passes(checked):
    results = checked.check()
    assert len(results) > 200
    assert {name: one.message for name, one in results.items() if one.status != "pass"} == {}
    assert {one.layer for one in results.values()} == {"raw", "stage", "agg"}
    assert results["few_rows_are_rejected"].relation == "raw.loads"
    assert results["between_daily_health_steps__0"].column_name == "steps"
    # Passing checks leave no tables.
    assert stored(checked) == set()


def test_every_defect_is_found_and_its_rows_are_stored(checked):
    make_tables(checked, "stage.dim_participant", "stage.participant_time_zones")
    for statement in DEFECTS:
        checked.sql(statement)
    results = checked.check(*PLANTED_IN, everything=True)
    found = {name: one.failures for name, one in results.items() if one.status != "pass"}
    assert found == EXPECTED
    assert {name for name, one in results.items() if one.status == "warn"} == WARNINGS
    assert stored(checked) == EXPECTED.keys()
    for name, rows in EXPECTED.items():
        assert checked.warehouse.values(f"select count(*) from quality.{name}") == [rows]
    (row,) = checked.warehouse.rows(
        "select *, obj_description('quality.few_rows_are_rejected'::regclass) as comment"
        " from quality.few_rows_are_rejected"
    )
    assert (row["rows_read"], row["rows_rejected"]) == (100, 10)
    assert "raw.loads" in row["comment"]


def test_what_was_found_is_found_again_until_it_is_mended(checked):
    """The window of a run begins after the last one without a failure: nothing slips out of it."""
    name = "iot_heart_rates_are_in_range"
    results = checked.check("source:iot.heart_rates")
    assert results[name].status == "fail"
    checked.sql("delete from raw.iot__heart_rates where bpm = 300 or ts > now()")
    assert checked.check("source:iot.heart_rates")[name].status == "pass"
    assert name not in stored(checked)
    assert "sleep_sessions_do_not_overlap" in stored(checked)  # not carried out now


def test_a_run_looks_at_what_is_new_since_the_last_good_one(checked):
    """The last run passed: old rows are not read again; new loads are, however old their rows."""
    name = "iot_heart_rates_are_in_range"
    checked.sql(
        "update raw.iot__heart_rates set bpm = 251 where device_id = 'd1'"
        " and ts = '2025-06-10 10:05+00'"
    )
    assert checked.check("source:iot.heart_rates")[name].status == "pass"
    assert checked.check("source:iot.heart_rates", everything=True)[name].status == "fail"
    checked.sql("update raw.iot__heart_rates set bpm = 65 where bpm = 251")
    checked.check("source:iot.heart_rates")
    checked.warehouse.heart_rates("d2", ("2024-01-01 10:00", 251))
    assert checked.check("source:iot.heart_rates")[name].status == "fail"


def test_the_report_says_what_where_and_how_fresh(checked):
    results = checked.check("source:loads", "few_rows_are_rejected", everything=True)
    run = store.newest_run(checked.dsn)
    with open_books(checked.dsn) as books:
        sources = books.sources()
    loads = store.reconcile(checked.dsn, run)
    text = "\n".join(quality_report.report(run, list(results.values()), sources, loads))
    assert "all rows were looked at" in text
    assert "quality.loads_come_to_an_end" in text and "raw.loads" in text
    assert quality_report.failure(list(results.values())) == (
        "checks of the data failed: loads_come_to_an_end (rows are in the schema quality)"
    )
    iot = next(one for one in loads if one.source == "iot")
    assert (iot.rows_rejected, iot.difference) == (10, 0)
    assert any(line.split()[:2] == ["iot", "stale"] for line in text.splitlines())


def test_a_warning_is_no_failure(checked):
    results = checked.check("devices_have_owners", "few_rows_are_rejected", everything=True)
    assert {one.status for one in results.values()} == {"warn"}
    assert quality_report.failure(list(results.values())) is None


def test_a_check_that_cannot_be_carried_out_is_broken_and_not_passed(checked):
    checked.sql("alter view stage.unowned_devices rename to moved")
    try:
        (result,) = checked.check("devices_have_owners").values()
    finally:
        checked.sql("alter view stage.moved rename to unowned_devices")
    assert result.status == "broken" and result.failures is None
    assert "unowned_devices" in result.message
    # Even of severity warn: nobody knows what it would have found.
    assert "devices_have_owners" in quality_report.failure([result])


def test_rows_of_a_check_that_is_gone_are_dropped_after_a_while(checked):
    checked.check("devices_have_owners")
    checked.sql("create table quality.of_an_earlier_version ()")
    checked.sql("alter table quality.of_an_earlier_version owner to transformer")
    checked.sql("update quality.runs set started_at = started_at - interval '20 days'")
    old = QualitySettings(rows_days=21, results_days=365)
    checked.check("few_rows_are_rejected", everything=True, keep=old)
    assert "devices_have_owners" in stored(checked)
    assert "of_an_earlier_version" not in stored(checked)
    runs = checked.warehouse.values("select count(*) from quality.runs")
    checked.check("loads_come_to_an_end", keep=QualitySettings(rows_days=19, results_days=19))
    assert stored(checked) == {"few_rows_are_rejected", "loads_come_to_an_end"}
    assert checked.warehouse.values("select count(*) from quality.runs") == [2] != runs


def test_only_the_owner_reads_the_rows_and_a_deletion_takes_them_along(checked):
    with psycopg.connect(checked.dsn, autocommit=True) as connection:
        ways = {table.name: table.way for table in tables(connection)}
        connection.execute("set role analyst")
        assert connection.execute("select count(*) from quality.results").fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from quality.few_rows_are_rejected")
    assert ways["quality.few_rows_are_rejected"] == "failing_rows"
    assert ways["quality.results"] == "check_results" and "quality.runs" not in ways
