"""Settings of the providers: whose client, which addresses, what the terms allow."""

import re

import pytest

from vitals import api_settings, backfill_settings, settings
from vitals.setting_values import SettingError
from vitals.simulator.app import PROVIDERS
from vitals.simulator.settings import default_settings

EXAMPLE = settings.PROJECT / ".env.example"


def load(tmp_path, **environ):
    return settings.load(environ, project=tmp_path).apis


def test_simulated_addresses_are_the_simulators():
    defaults = default_settings()
    for provider in PROVIDERS:
        client_id, client_secret, paths = api_settings.SIMULATED[provider.name]
        expected = provider.authorize_path, provider.token_path, provider.revoke_path or ""
        assert paths[1:] == expected
        if client_id:
            known = defaults[provider.name]
            assert (client_id, client_secret) == (known.client_id, known.client_secret)
        assert any(endpoint.path.startswith(paths[0]) for endpoint in provider.endpoints)


def test_nobodys_own_client_goes_to_the_simulator(tmp_path):
    own = {
        "STRAVA__CLIENT_ID": "777",
        "STRAVA__CLIENT_SECRET": "my secret",
        "STRAVA__TOKEN_URL": "https://www.strava.com/oauth/token",
    }
    real = load(tmp_path, **own)["strava"]
    assert (real.client_id, real.client_secret) == ("777", "my secret")
    assert real.base_url is None
    assert real.token_url == own["STRAVA__TOKEN_URL"]
    simulated = load(tmp_path, **own, SYNTHETIC="true", VITALS_SIMULATOR_PORT="7000")["strava"]
    assert simulated.client_id == api_settings.SIMULATED["strava"][0]
    assert simulated.base_url == "http://127.0.0.1:7000/strava/api/v3"
    assert simulated.token_url == "http://127.0.0.1:7000/strava/oauth/token"


def test_terms_are_the_default_policy(tmp_path):
    apis = load(tmp_path)
    assert (apis["strava"].retention_days, apis["strava"].may_combine) == (7, False)
    assert (apis["fitbit"].retention_days, apis["fitbit"].may_combine) == (None, True)
    agreed = load(tmp_path, STRAVA__RETENTION_DAYS="0", STRAVA__MAY_COMBINE="true")["strava"]
    assert (agreed.retention_days, agreed.may_combine) == (None, True)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STRAVA__RETENTION_DAYS", "a week"),
        ("GARMIN__MAY_COMBINE", "perhaps"),
        ("SYNTHETIC", "2"),
        ("VITALS_HISTORY_DAYS", "-1"),
    ],
)
def test_impossible_value_is_refused_by_name(tmp_path, variable, value):
    with pytest.raises(SettingError, match=variable):
        load(tmp_path, **{variable: value})


def test_the_reserve_of_backfills_is_a_percentage():
    assert backfill_settings.read({}).reserve == 0.25
    assert not backfill_settings.read({"VITALS_BACKFILL_RESERVE": "100"}).is_on
    with pytest.raises(SettingError, match="VITALS_BACKFILL_RESERVE must be a percentage"):
        backfill_settings.read({"VITALS_BACKFILL_RESERVE": "101"})


def test_client_secret_does_not_show(tmp_path):
    given = settings.load({"STRAVA__CLIENT_SECRET": "my secret"}, project=tmp_path)
    assert "my secret" not in repr(given)


def test_every_provider_setting_is_documented():
    documented = set(re.findall(r"^#([A-Z_0-9]+)=", EXAMPLE.read_text(), re.MULTILINE))
    fields = api_settings.ApiSettings.__dataclass_fields__
    wanted = {f"{name}__{item}".upper() for name in api_settings.POLICIES for item in fields}
    by_key = {"GARMIN__CLIENT_ID", "GARMIN__CLIENT_SECRET", "GARMIN__REVOKE_URL"}
    only_strava = {name for name in wanted if name.endswith("__KEEP_LOCATION")}
    assert wanted - by_key - only_strava <= documented
    assert "STRAVA__KEEP_LOCATION" in documented
    assert "SYNTHETIC" in documented
