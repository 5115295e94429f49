"""The simulator as a service: started where SYNTHETIC=true, its consents outlast a restart."""

from dataclasses import replace

import pytest

from vitals import settings as configuration
from vitals.accounts import doctor, synthetic
from vitals.accounts.errors import AccountError
from vitals.embedded import supervisor
from vitals.embedded.simulator import ProviderSimulator

pytestmark = pytest.mark.slow


def names(settings) -> set[str]:
    return {part.name for part in supervisor.parts(settings, with_airflow=False)}


def test_it_runs_only_where_it_is_asked_for(make_settings):
    assert "simulator" in names(make_settings(SYNTHETIC="true"))
    assert "simulator" not in names(make_settings())
    stopped = {part.name for part in supervisor.all_parts(make_settings())}
    assert "simulator" in stopped


def test_people_are_connected_and_stay_so(make_settings, warehouse_dsn):
    given = make_settings(SYNTHETIC="true", VITALS_SYNTHETIC_ACCOUNTS="2")
    settings = replace(given, project=configuration.PROJECT)
    with pytest.raises(AccountError, match="simulator does not answer"):
        synthetic.connect_synthetic(warehouse_dsn, settings)
    service = ProviderSimulator(settings)
    try:
        assert service.up() == "started"
        assert service.up() == "running"
        shown = supervisor.started_by_hand(replace(settings, synthetic=False))
        assert [part.name for part in shown] == ["simulator"]
        assert supervisor.started_by_hand(settings) == []
        accounts = synthetic.connect_synthetic(warehouse_dsn, settings)
        providers = {account.provider for account in accounts}
        assert providers == {"google_health", "fitbit", "strava", "garmin"}
        assert len(accounts) == 8
        service.down()
        assert supervisor.started_by_hand(replace(settings, synthetic=False)) == []
        service.up()
        findings = doctor.examine(warehouse_dsn, settings)
        assert [(one.account.account_id, one.problem) for one in findings if not one.is_well] == []
        assert len(findings) == 8
    finally:
        service.down()
    assert (settings.home / "simulator" / "tokens.json").stat().st_mode & 0o777 == 0o600


def test_real_providers_never_get_simulated_people(make_settings, warehouse_dsn):
    with pytest.raises(AccountError, match="SYNTHETIC is not true"):
        synthetic.connect_synthetic(warehouse_dsn, make_settings())
