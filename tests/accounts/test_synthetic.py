"""Accounts of the simulator and real ones: no token of the one kind goes to the other side."""

from dataclasses import replace

import pytest

from vitals.accounts import doctor, store
from vitals.accounts.session import session
from vitals.sources import api_providers
from vitals.sources._api.errors import StrangerError

PROFILE = "https://api.fitbit.com/1/user/-/profile.json"


@pytest.fixture
def real(world, make_settings):
    """Settings with SYNTHETIC off; the simulator notes what a real provider would be asked."""
    url = f"{world.served.url}/fitbit"
    given = make_settings(
        FITBIT__BASE_URL=url, FITBIT__TOKEN_URL=f"{url}/oauth2/token", FITBIT__CLIENT_ID="ours"
    )
    return replace(given, warehouse_connection=world.dsn, secrets=world.settings.secrets)


def ask(world, settings, account_id):
    spec = api_providers()["fitbit"]
    with session(world.dsn, spec, account_id, settings) as calls:
        return calls.get(PROFILE).json()


@pytest.mark.parametrize("lifetime", [3_600, 0])
def test_a_simulated_token_goes_to_no_real_provider(world, real, lifetime):
    account_id = world.connect("fitbit", expires_in=lifetime)
    with pytest.raises(StrangerError, match="SYNTHETIC=true"):
        ask(world, real, account_id)
    assert world.admin("GET", "/requests")["total"] == 0
    assert world.admin("GET", "/refreshes") == []
    assert ask(world, world.settings, account_id)["user"]["encodedId"]


def test_a_real_token_does_not_go_to_the_simulator(world):
    account_id = world.connect("fitbit")
    world.execute("update accounts.accounts set is_synthetic = false")
    with pytest.raises(StrangerError, match="SYNTHETIC=false"):
        ask(world, world.settings, account_id)
    assert world.admin("GET", "/requests")["total"] == 0


def test_the_doctor_says_whose_account_it_is(world, real):
    account_id = world.connect("fitbit")
    [finding] = doctor.examine(world.dsn, real)
    assert not finding.is_well and not finding.may_pass
    assert finding.problem.startswith(f"{account_id} is an account of the simulator")
    assert finding.remedy.startswith("`vitals disconnect fitbit --participant p0001`")
    account = store.find_account(world.dsn, account_id)
    assert account and account.is_synthetic and account.state == "active"
    assert world.admin("GET", "/requests")["total"] == 0
