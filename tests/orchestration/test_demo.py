"""When the demo lets the simulator stand in for the providers."""

import pytest

from vitals.orchestration.demo import stand_in


def test_providers_are_simulated_unless_somebody_says_otherwise(make_settings):
    assert stand_in(make_settings()) == {"SYNTHETIC": "true", "VITALS_HISTORY_DAYS": "32"}
    assert stand_in(make_settings(VITALS_HISTORY_DAYS="7")) == {"SYNTHETIC": "true"}


@pytest.mark.parametrize(
    "environ", [{"SYNTHETIC": "false"}, {"SYNTHETIC": "true"}, {"STRAVA__CLIENT_ID": "1234"}]
)
def test_what_the_user_has_set_stays(make_settings, environ):
    assert stand_in(make_settings(**environ)) == {}
