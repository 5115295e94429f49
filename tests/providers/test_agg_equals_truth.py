"""Simulated people through their providers' APIs, with faults, for nights: agg equals the truth."""

from collections.abc import Iterator

import polars as pl
import pytest
import requests
from tests.full import IS_FULL
from tests.oracle.comparison import compare
from tests.oracle.pipeline import Pipeline
from tests.providers.nights import Night, Nights
from tests.providers.reread_windows import requests_of_reread_windows
from tests.providers.stated import ANYTHING, stated_days
from tests.simulator.harness import NOW, Target

from vitals.simulator.server import running
from vitals.simulator.state import Options
from vitals.simulator.truth import Truth
from vitals.simulator.truth.people import to_date, to_day
from vitals.sources import api_providers
from vitals.sources.garmin.client import GarminClient

# Two months of 20 people take half an hour on two cores.
PEOPLE, HISTORY_DAYS, BAD_NIGHTS, GOOD_NIGHTS = (20, 60, 2, 3) if IS_FULL else (3, 5, 1, 1)
PROVIDERS = ("google_health", "fitbit", "garmin")


@pytest.fixture
def target() -> Iterator[Target]:
    """A simulator with as many people as are asked for."""
    options = Options(seed=1, accounts=PEOPLE, now=NOW, frozen=True)
    with running(options) as simulator, requests.Session() as session:
        yield Target(simulator, session, Truth(1, PEOPLE))


@pytest.mark.slow
@pytest.mark.timeout(7_200 if IS_FULL else 1_800)
def test_after_bad_nights_agg_equals_the_truth(
    warehouse, synthetic_settings, target, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("VITALS_HISTORY_DAYS", str(HISTORY_DAYS))
    nights = Nights(warehouse.dsn, synthetic_settings, target, PROVIDERS, PEOPLE)
    # Garmin's client asks the clock of this machine for the day.
    monkeypatch.setattr(GarminClient.__init__, "__defaults__", (lambda: nights.now.date(),))
    made = []
    for number in range(BAD_NIGHTS + GOOD_NIGHTS):
        if number:
            nights.pass_a_day()
        nights.faults_off() if number >= BAD_NIGHTS else nights.faults_on()
        made.append(nights.run())
        with capsys.disabled():
            print(f"\nnight {number + 1}: {made[-1]}", end="", flush=True)
    assert any(night.problems for night in made[:BAD_NIGHTS])
    assert not made[-1].problems

    needed = requests_of_reread_windows(warehouse, nights)
    nights.renew_limits()
    again = nights.run()
    with capsys.disabled():
        print(f"\nsecond pass: {again}", flush=True)
    nights.renew_limits()
    nights.read_refused_again()
    warehouse.transform()
    lines = _differences(Pipeline(warehouse.dsn, "", tmp_path), nights)
    assert not lines, f"{len(lines)} differences:\n" + "\n".join(lines[:60])
    assert again.by_account() == needed
    for night in [*made, again]:
        _assert_within_limits(night)


def _assert_within_limits(night: Night) -> None:
    """No provider had to refuse, and no account and no app asked more than is documented."""
    assert night.refused == 0
    for (provider, person), count in night.by_account().items():
        for limit in api_providers()[provider].limits:
            asked = count if limit.per == "account" else night.by_provider()[provider]
            assert asked <= limit.requests, (provider, person, limit)


def _differences(pipeline: Pipeline, nights: Nights) -> list[str]:
    """Every participant-day and figure of the history in which agg is not what was stated."""
    found, lines = pipeline.agg("daily_health"), []
    # The history goes back from the night in which a resource is read for the first time.
    last = to_day(nights.now.date())
    days = range(last - HISTORY_DAYS + 1, last)
    for account in nights.accounts:
        view = nights.view(account)
        expected = pl.DataFrame(stated_days(account.provider, view, days), infer_schema_length=None)
        here = found.filter(
            (pl.col("participant_id") == account.participant_id)
            & pl.col("local_date").is_between(to_date(days[0]), to_date(days[-1]))
        )
        assert here.height >= HISTORY_DAYS - 3
        different = compare(expected, here, ["participant_id", "local_date"])
        lines += [
            f"{account.provider} {line}"
            for line in different
            if not line.endswith(f"should be {ANYTHING}") and not line.endswith(f"{ANYTHING}.0")
        ]
    return lines
