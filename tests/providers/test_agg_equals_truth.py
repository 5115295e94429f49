"""Simulated people through their providers' APIs, with faults, for nights: agg equals the truth."""

import os

import polars as pl
import pytest
from tests.oracle.comparison import compare
from tests.providers.nights import Nights
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import to_date
from vitals.simulator.truth.totals import DayTotals, day_totals

# Two months of 20 people take an hour on two cores.
IS_FULL = os.environ.get("VITALS_FULL_TESTS") == "1"
pytestmark = [
    pytest.mark.slow,
    # agg does not take the day totals yet that a provider states instead of minutes.
    pytest.mark.skipif(not IS_FULL, reason="asked for with VITALS_FULL_TESTS=1"),
]
PEOPLE, HISTORY_DAYS, BAD_NIGHTS, GOOD_NIGHTS = (20, 60, 5, 4) if IS_FULL else (3, 6, 2, 2)
PROVIDERS = ("google_health", "fitbit", "garmin")
MEASURED = {
    "google_health": {
        "steps", "distance_m", "floors_climbed", "active_energy_kcal", "total_energy_kcal",
        "heart_rate_samples", "heart_rate_min_bpm", "heart_rate_mean_bpm", "heart_rate_max_bpm",
        "wear_minutes", "sleep_minutes",
    },
    "fitbit": {
        "steps", "distance_m", "floors_climbed", "total_energy_kcal", "heart_rate_samples",
        "heart_rate_min_bpm", "heart_rate_mean_bpm", "heart_rate_max_bpm", "wear_minutes",
        "sleep_minutes",
    },
    "garmin": {"steps", "distance_m", "floors_climbed", "active_energy_kcal", "sleep_minutes"},
}  # fmt: skip


@pytest.mark.timeout(7_200 if IS_FULL else 600)
def test_after_bad_nights_agg_equals_the_truth(
    pipeline, warehouse_dsn, synthetic_settings, target, monkeypatch, capsys
):
    monkeypatch.setenv("VITALS_HISTORY_DAYS", str(HISTORY_DAYS))
    nights = Nights(warehouse_dsn, synthetic_settings, target, PROVIDERS, PEOPLE)
    made = []
    nights.faults_on()
    made += [nights.run() for _ in range(BAD_NIGHTS)]
    nights.faults_off()
    made += [nights.run() for _ in range(GOOD_NIGHTS)]
    pipeline.build()

    with capsys.disabled():
        for number, night in enumerate(made, 1):
            counts = ", ".join(f"{name} {count}" for name, count in night.requests.items())
            print(f"\nnight {number}: requests {counts}; {len(night.problems)} not read", end="")
    assert sum(night.refused for night in made) == 0
    assert any(night.problems for night in made[:BAD_NIGHTS])
    assert not made[-1].problems

    found = pipeline.agg("daily_health")
    lines = []
    for account in nights.accounts:
        person = target.truth.account(int(account.participant_id[1:]))
        view = target.truth.view(person, int((nights.now).timestamp()) - 86_400)
        days = range(TODAY - HISTORY_DAYS + 1, TODAY + len(made) - 1)
        expected = [
            {"participant_id": account.participant_id, "local_date": to_date(day), **columns}
            for day in days
            if (columns := _expected(day_totals(view, day), MEASURED[account.provider]))
        ]
        here = found.filter(
            (pl.col("participant_id") == account.participant_id)
            & pl.col("local_date").is_between(to_date(days[0]), to_date(days[-1]))
        )
        lines += [
            f"{account.provider} {line}"
            for line in compare(pl.DataFrame(expected), here, ["participant_id", "local_date"])
        ]
    assert not lines, f"{len(lines)} differences:\n" + "\n".join(lines[:60])


def _expected(totals: DayTotals, columns: set[str]) -> dict:
    """What agg should say of a day that has data; nothing of one that has none."""
    if not totals.minutes_known and not totals.sleep_seconds:
        return {}
    asleep = totals.sleep_seconds
    values = {
        "steps": totals.steps,
        "distance_m": totals.distance_mm / 1_000,
        "floors_climbed": float(totals.floors),
        "active_energy_kcal": totals.active_kcal,
        "total_energy_kcal": totals.total_kcal,
        "heart_rate_samples": totals.heart_rate_samples or None,
        "heart_rate_min_bpm": totals.heart_rate_min,
        "heart_rate_mean_bpm": totals.heart_rate_mean,
        "heart_rate_max_bpm": totals.heart_rate_max,
        "wear_minutes": totals.worn_minutes or None,
        "sleep_minutes": None if asleep is None else asleep / 60,
    }
    return {name: value for name, value in values.items() if name in columns}
