"""What the dashboard's charts are made of: tables in, rows of the chart out, without a server."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vitals.dashboard.attention import who_needs_attention
from vitals.dashboard.charts import calendar, grid, nights, reasons, series, trends, zones
from vitals.dashboard.words import ago, metric_name, plain, unit_name, zone_name

PROJECT = Path(__file__).parents[2]


def instants(*texts):
    return pd.to_datetime(list(texts), utc=True)


def minutes(*texts, zone="Europe/Oslo"):
    times = instants(*texts)
    return pd.DataFrame({
        "time": times, "value": range(len(times)), "time_zone": zone,
        "local_time": times.tz_convert(zone).tz_localize(None),
        "utc_offset_minutes": [int(t.utcoffset().total_seconds() // 60)
                               for t in times.tz_convert(zone)],
    })  # fmt: skip


def test_a_line_stops_where_data_stops():
    rows = minutes(
        "2026-11-01T10:00", "2026-11-01T10:01", "2026-11-01T10:30", "2026-11-01T11:00"
    )  # fmt: skip
    found = series.with_pieces(rows, "minute")
    assert list(found["piece"]) == [0, 0, 1, 2]
    assert list(found["alone"]) == [False, False, True, True]
    assert list(series.with_pieces(rows, "hour")["piece"]) == [0, 0, 0, 0]


def test_clocks_that_change_make_no_gap_and_show_local_time():
    spring = minutes("2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T01:01")
    found = series.with_pieces(spring, "minute")
    assert list(found["piece"]) == [0, 0, 0]
    assert [f"{at:%H:%M}" for at in found["at"]] == ["01:59", "03:00", "03:01"]
    assert zone_name(spring) == "local time, Europe/Oslo (UTC+1 and UTC+2)"


@pytest.mark.parametrize("resolution", list(series.LONGEST_STEP))
def test_every_resolution_can_be_drawn(resolution):
    rows = minutes("2026-11-01T10:00", "2026-11-01T10:01").assign(min=1.0, max=3.0, source="iot")
    assert series.line(rows, resolution, "beats per minute").to_dict()["layer"]
    assert series.bars(rows, resolution, "steps").to_dict()["mark"]["type"] == "bar"
    days = pd.DataFrame({"time": pd.to_datetime(["2026-11-01", "2026-11-02"]), "value": [1, 2]})
    assert series.line(days, "day", "steps").to_dict()["layer"]


@pytest.mark.parametrize(
    ("step", "first", "count", "labelled"),
    [
        ("day", "2026-11-01", 7, ["01", "02", "03", "04", "05", "06", "07"]),
        ("day", "2026-11-01", 28, [f"{day:02d}" for day in range(1, 28, 2)]),
        ("week", "2026-11-02", 4, ["02", "09", "16", "23"]),
        ("month", "2026-01-01", 12, ["01"] * 12),
        ("day", "2026-11-01", 0, []),
    ],
)
def test_the_ticks_are_where_the_values_are(step, first, count, labelled):
    frequency = {"day": "D", "week": "W-MON", "month": "MS"}[step]
    starts = pd.Series(pd.date_range(first, periods=count, freq=frequency))
    assert [f"{day:%d}" for day in calendar.ticks(starts, step)] == labelled
    assert len(calendar.axis(starts, step).to_dict()["values"]) == len(labelled)


@pytest.mark.parametrize("step", list(calendar.STEPS))
@pytest.mark.parametrize("count", [1, 16, 53, 600])
def test_no_history_is_too_long_for_its_labels(step, count):
    frequency = {"day": "D", "week": "W-MON", "month": "MS"}[step]
    starts = pd.Series(pd.date_range("1990-01-01", periods=count, freq=frequency))
    found = calendar.ticks(starts, step)
    assert set(found) <= set(starts)
    assert 1 <= len(found) <= calendar.STEPS[step].most


def test_a_bar_lies_around_its_tick_and_beside_its_neighbour():
    weeks = pd.DataFrame({"week_start": ["2026-11-02", "2026-11-09"]})
    found = calendar.with_bounds(weeks, "week_start", "week")
    middle = found["bar_start"] + (found["bar_end"] - found["bar_start"]) / 2
    assert list(middle.dt.strftime("%Y-%m-%d %H:%M")) == ["2026-11-02 00:00", "2026-11-09 00:00"]
    assert found["bar_end"].iloc[0] < found["bar_start"].iloc[1]
    drawn = series.bars(weeks.assign(time=weeks["week_start"], value=1.0), "week", "steps")
    # Vega-Lite lays a bar with two ends in time on its side, if it is not told otherwise.
    assert drawn.to_dict()["mark"]["orient"] == "vertical"


def test_the_grid_has_every_day_and_never_makes_a_gap_a_zero():
    days = pd.DataFrame({
        "participant_id": ["p1", "p1", "p2"],
        "local_date": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-02"]),
        "wear_minutes": [660, None, 90], "is_valid_day": [True, False, False],
        "heart_rate_samples": [100, None, 5], "has_steps": [True, True, False],
        "has_sleep": [True, False, False],
    })  # fmt: skip
    found = grid.full_grid(days, ["p2", "p1", "p3"], date(2026, 11, 1), date(2026, 11, 4))
    assert len(found) == 9
    cells = found.set_index(["participant_id", found["local_date"].dt.day])
    assert cells.loc[("p1", 1), "wear_hours"] == 11 and cells.loc[("p1", 1), "kinds"] == 3
    assert pd.isna(cells.loc[("p1", 2), "wear_hours"])
    assert cells.loc[("p1", 2), "arrived"] == "steps"
    assert cells.loc[("p3", 2), "state"] == "no data"
    for measure in (grid.WEAR, grid.ARRIVED):
        assert grid.heat_grid(found, measure, ["p2", "p1", "p3"]).to_dict()["layer"]


def test_every_state_of_the_ledger_is_a_kind_with_words():
    stated = yaml.safe_load((PROJECT / "include/dbt/models/agg/_ledger__models.yml").read_text())
    [ledger] = [one for one in stated["models"] if one["name"] == "participant_day"]
    [state] = [one for one in ledger["columns"] if one["name"] == "state"]
    assert list(reasons.STATES) == state["data_tests"][0]["accepted_values"]["arguments"]["values"]
    assert {kind for kind, _ in reasons.STATES.values()} == set(reasons.KINDS)
    rows = pd.DataFrame({
        "participant_id": "p1", "state": list(reasons.STATES),
        "local_date": pd.date_range("2026-11-01", periods=len(reasons.STATES)).astype(str),
    })  # fmt: skip
    found = reasons.cells(pd.concat([rows, rows.assign(participant_id="p2")]), ["p1"])
    assert len(found) == len(reasons.STATES) and found["why"].is_unique
    assert reasons.reason_grid(found, ["p1"]).to_dict()["mark"]["type"] == "rect"


def test_the_baseline_is_made_of_what_was_before_and_counts():
    starts = pd.date_range("2026-01-05", periods=6, freq="7D")
    rows = pd.DataFrame({
        "week_start": starts, "steps_daily_mean": [100, 110, 900, 120, 130, 200],
        "valid_days": [7, 7, 1, 7, 7, 7],
    })  # fmt: skip
    found = trends.with_baseline(rows, "steps_daily_mean", trends.WEEKS)
    # The week with one valid day is shown, and never counts; nor does the week itself.
    assert found["baseline"].isna().tolist() == [True, True, True, True, False, False]
    assert found["baseline"].iloc[4] == 110 and found["baseline"].iloc[5] == 115
    assert "above what is usual" in trends.in_words(found, trends.WEEKS)
    assert "(+74 %" in trends.in_words(found, trends.WEEKS)
    assert "No baseline yet" in trends.in_words(found.head(3), trends.WEEKS)


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        (trends.WEEKS, ["2025-01-06", "2025-01-13", "2025-01-20", "2025-06-02"]),
        (trends.MONTHS, ["2025-01-01", "2025-02-01", "2025-03-01", "2025-12-01"]),
    ],
)
def test_what_was_long_ago_is_no_baseline_and_no_line_goes_there(period, starts):
    rows = pd.DataFrame({period.column: starts, "steps": [9, 8, 7, 6], "valid_days": 20})
    found = trends.with_baseline(rows.sample(frac=1, random_state=1), "steps", period)
    assert found["starts_on"].is_monotonic_increasing
    assert pd.isna(found["baseline"].iloc[-1]) and found["value"].iloc[-1] == 6
    gap = found["value"].iloc[3:-1]
    assert len(gap) >= 8 and gap.isna().all()
    assert trends.trend(found, period, "Steps").to_dict()


def test_zones_and_nights_leave_out_what_was_not_measured():
    days = pd.DataFrame({
        "local_date": pd.to_datetime(["2026-11-01", "2026-11-02"]),
        "hr_zone_light_minutes": [700, None], "hr_zone_moderate_minutes": [30, None],
        "hr_zone_vigorous_minutes": [0, None], "hr_zone_peak_minutes": [0, None],
        "sleep_minutes": [400.0, 380.0], "sleep_deep_minutes": [90.0, None],
        "sleep_light_minutes": [200.0, None], "sleep_rem_minutes": [110.0, None],
        "sleep_awake_minutes": [20.0, None],
    })  # fmt: skip
    assert len(zones.zone_rows(days)) == 4
    assert zones.zones_by_day(days, with_light=True).to_dict()
    names = {row["stage"] for rows in nights.sleep_by_night(days).to_dict()["datasets"].values()
             for row in rows}  # fmt: skip
    assert names == {"deep", "light", "rem", "awake", "asleep"}


def test_a_hypnogram_joins_only_what_follows_on_each_other():
    starts = instants("2026-11-01T22:00", "2026-11-01T23:00", "2026-11-02T02:00")
    ends = instants("2026-11-01T23:00", "2026-11-01T23:30", "2026-11-02T03:00")
    stages = pd.DataFrame({
        "start_time": starts, "end_time": ends, "stage": ["light", "deep", "rem"],
        "minutes": [60.0, 30.0, 60.0], "local_start_time": starts.tz_localize(None),
        "local_end_time": ends.tz_localize(None),
    })  # fmt: skip
    datasets = nights.hypnogram(stages).to_dict()["datasets"].values()
    assert sorted(len(rows) for rows in datasets) == [1, 3]


def test_who_needs_attention_and_why():
    people = pd.DataFrame({
        "participant_id": ["well", "silent", "low", "never", "dead"],
        "last_date": pd.to_datetime(["2026-11-20", "2026-11-16", "2026-11-20", None, "2026-11-20"]),
        "silent_days": [0, 4, 0, None, 0],
        "last_sync_at": instants(*["2026-11-21T10:00"] * 5),
        "completeness_pct": [90.0, 80.0, 20.0, None, 90.0],
    })  # fmt: skip
    accounts = pd.DataFrame({
        "participant_id": ["dead", "well"], "provider": ["google_health", "fitbit"],
        "state": ["needs_consent", "active"],
    })  # fmt: skip
    found = who_needs_attention(people, accounts, silent_days=3)
    assert list(found["participant_id"]) == ["dead", "silent", "never", "low"]
    assert list(found["why"]) == [
        "google health refuses the token", "no data for 4 days", "no data ever",
        "only 20 % valid days",
    ]  # fmt: skip
    assert len(who_needs_attention(people, pd.DataFrame(), silent_days=3)) == 3
    assert list(who_needs_attention(people, pd.DataFrame(), silent_days=5)["why"]) == [
        "no data ever", "only 20 % valid days",
    ]  # fmt: skip


def test_words():
    assert plain("p_1 ![x](//y) Å") == r"p\_1 \!\[x\]\(\/\/y\) Å"
    now = pd.Timestamp("2026-11-21T12:00Z")
    assert ago(pd.Timestamp("2026-11-21T11:48Z"), now) == "12 min ago"
    assert ago(pd.Timestamp("2026-11-19T12:00Z"), now) == "48 hours ago"
    assert ago(pd.NaT, now) == "never"
    assert metric_name("heart_rate_variability_rmssd") == "Heart rate variability (RMSSD)"
    assert unit_name("respiratory_rate", "/min") == "breaths per minute"
    kolkata = minutes("2026-11-01T10:00", zone="Asia/Kolkata")
    assert zone_name(kolkata) == "local time, Asia/Kolkata (UTC+5:30)"
