"""The truth: the same in every process, right on odd days, changed by restatements alone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest

from vitals.simulator.truth import Restatement, Truth
from vitals.simulator.truth.devices import last_sync
from vitals.simulator.truth.nights import sleeps_of
from vitals.simulator.truth.parquet import write_truth
from vitals.simulator.truth.people import DAY, to_date, to_day
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.simulator.truth.zones import (
    civil_day,
    history,
    offset_at,
    slots_of_civil_day,
    zone_at,
)

START = to_day(date(2026, 9, 1))
DAYS = range(START, START + 90)


def test_same_seed_gives_the_same_people_and_days():
    one, other, different = Truth(7, 3), Truth(7, 3), Truth(8, 3)
    account = one.account(2)

    assert one.accounts == other.accounts
    assert one.accounts != different.accounts
    assert day_totals(one.view(account), START) == day_totals(other.view(account), START)
    np.testing.assert_array_equal(one.heart(account, START).bpm, other.heart(account, START).bpm)


def test_order_of_asking_does_not_matter():
    forward, backward = Truth(1, 1), Truth(1, 1)
    account = forward.account(1)
    ahead = [day_totals(forward.view(account), day) for day in DAYS[:10]]
    back = [day_totals(backward.view(account), day) for day in reversed(DAYS[:10])]
    assert ahead == back[::-1]


def test_civil_days_split_time_without_gap_or_overlap():
    truth = Truth(1, 10)
    for account in truth.accounts:
        starts = [start for day in DAYS for start, _ in slots_of_civil_day(account, day)]
        assert len(starts) == len(set(starts))
        between = [start for start in starts if DAYS[2] * DAY <= start < DAYS[-3] * DAY]
        assert sorted(between) == list(range(DAYS[2] * DAY, DAYS[-3] * DAY, 1800))


@pytest.mark.parametrize(
    ("number", "day", "hours"),
    [(1, date(2026, 10, 25), 25), (1, date(2026, 3, 29), 23), (4, date(2026, 10, 4), 23)],
)
def test_clock_changes_make_days_of_23_and_25_hours(number, day, hours):
    truth = Truth(1, 5)
    account = truth.account(number)
    assert zone_at(account, to_day(day) * DAY) == account.home_zone
    assert len(slots_of_civil_day(account, to_day(day))) == hours * 2
    assert day_totals(truth.view(account), to_day(day)).minutes_known == hours * 60


def test_travellers_change_zone_and_their_offsets_are_those_of_the_zone():
    account = Truth(1, 2).account(1)
    changes = history(account, START * DAY, (START + 120) * DAY)
    assert {zone for _, zone in changes} == {"Europe/Paris", "America/New_York"}
    for at, zone in changes:
        expected = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).utcoffset()
        assert offset_at(account, at) == expected.total_seconds()
    long_or_short = {
        day: len(slots_of_civil_day(account, day)) for day in range(START, START + 120)
    }
    assert {hours for hours in long_or_short.values() if hours not in (46, 48, 50)}


def test_sleeps_have_stages_without_gaps_and_belong_to_the_day_they_end_on():
    truth = Truth(1, 4)
    kinds = set()
    for account in truth.accounts:
        previous_end = 0
        for sleep in truth.view(account).sleeps(DAYS[0], DAYS[-1]):
            kinds.add((sleep.kind, sleep.is_main))
            assert sleep.start >= previous_end
            previous_end = sleep.end
            assert civil_day(account, sleep.end) == sleep.day
            assert sleep.stages[0].start == sleep.start and sleep.stages[-1].end == sleep.end
            for one, following in zip(sleep.stages, sleep.stages[1:], strict=False):
                assert one.end == following.start
            for short in sleep.short_awakenings:
                assert any(s.start <= short.start and short.end <= s.end for s in sleep.stages)
                assert short.seconds < 180
    assert kinds == {("stages", True), ("classic", True), ("classic", False)}


def test_minutes_not_worn_have_nothing():
    truth = Truth(1, 2)
    account = truth.account(1)
    for day in DAYS[:20]:
        minutes, heart = truth.minutes(account, day), truth.heart(account, day)
        assert not minutes.steps[~minutes.worn].any()
        assert np.isnan(heart.minute_mean[~minutes.worn]).all()
        assert not np.isnan(heart.minute_mean[minutes.worn]).any()
        assert ((heart.bpm >= 25) & (heart.bpm <= 250)).all()
        assert (minutes.steps <= 1_000).all()


@pytest.mark.parametrize("interval", [5, 30, 60])
def test_interval_of_samples(interval):
    truth = Truth(1, 1, heart_rate_interval=interval)
    account = truth.account(1)
    worn = truth.minutes(account, START).worn & ~truth.minutes(account, START).exercising
    quiet = worn[truth.heart(account, START).at // 60 % 1440]
    assert quiet.sum() == worn.sum() * 60 // interval


def test_interval_has_to_divide_a_minute():
    with pytest.raises(ValueError, match="divide 60"):
        Truth(1, 1, heart_rate_interval=45)


def test_nothing_is_known_after_the_last_sync_or_before_joining():
    truth = Truth(1, 5)
    forgetful = truth.account(5)
    now = (START + 20) * DAY + 40_000
    for account in truth.accounts:
        view = truth.view(account, now)
        synced = last_sync(account, now)
        assert synced <= now
        assert view.until == synced
        at, _ = view.heart_between(now - 3 * DAY, now + DAY)
        assert (at <= synced).all()
        assert all(sleep.end <= synced for sleep in view.sleeps(START, START + 30))
    gaps = [now - last_sync(forgetful, now) for now in range(now, now + 14 * DAY, 3_600)]
    assert max(gaps) > 2.5 * DAY
    before = truth.view(forgetful, (to_day(forgetful.member_since) + 5) * DAY)
    assert before.sleeps(0, to_day(forgetful.member_since) - 1) == []


def test_restatement_changes_the_named_days_only():
    truth = Truth(1, 2)
    account = truth.account(1)
    view = truth.view(account)
    days = range(START, START + 12)
    before = [day_totals(view, day) for day in days]
    sleeps = {day: truth.sleeps(account, day) for day in days}
    named = (to_date(START + 4), to_date(START + 6))
    truth.restate(Restatement(*named, accounts=(1,)))
    after = [day_totals(view, day) for day in days]
    changed = [one.day for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [START + 4, START + 5, START + 6]
    for day in range(START + 4, START + 7):
        main = next((s for s in truth.sleeps(account, day) if s.is_main), None)
        first = next((s for s in sleeps[day] if s.is_main), None)
        assert main.end == first.end + 600
        assert main.updated_at > first.updated_at
        assert all(sleep.is_main for sleep in truth.sleeps(account, day))
    other = truth.account(2)
    assert truth.revision(other, START + 5) == 0
    truth.clear_restatements()
    assert [day_totals(view, day) for day in days] == before


def test_nap_is_deleted_by_a_restatement():
    account = Truth(1, 1).account(1)
    day = next(day for day in DAYS if len(sleeps_of(account, day, 0)) == 2)
    assert len(sleeps_of(account, day, 1)) == 1


def test_exercise_totals_come_from_its_minutes():
    truth = Truth(1, 3)
    view = truth.view(truth.account(1))
    exercises = view.exercises(DAYS[0], DAYS[-1])
    assert len(exercises) > 30
    runs = [one for one in exercises if one.kind.name == "Run"]
    for run in runs[:5]:
        totals = exercise_totals(view, run)
        assert totals.bpm_mean > 110
        assert sum(totals.zone_minutes.values()) == run.elapsed_seconds // 60


def test_truth_as_parquet(tmp_path):
    truth = Truth(1, 2)
    first, last = date(2026, 10, 1), date(2026, 10, 7)
    rows = write_truth(truth, tmp_path, first, last)
    totals = pq.read_table(tmp_path / "day_totals.parquet").to_pylist()
    minutes = pq.read_table(tmp_path / "minutes.parquet")
    assert rows["day_totals"] == len(totals) == 14
    assert sum(minutes["steps"].to_pylist()) == sum(row["steps"] for row in totals)
    assert {path.stem for path in tmp_path.iterdir()} == set(rows)
