"""Tokens: renewed once for all, stored before use, and left alone once they are refused."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from tests.waiting import wait_until

from vitals import settings as configuration
from vitals.accounts import store
from vitals.accounts.exchange import token_source
from vitals.accounts.session import session
from vitals.accounts.tokens import AccountTokens
from vitals.accounts.vault import Vault
from vitals.setting_values import SettingError
from vitals.sources import api_providers
from vitals.sources._api.errors import (
    ConsentNeededError,
    ProviderUnavailableError,
    RequestRefusedError,
)

WORKER = Path(__file__).with_name("worker.py")
ROTATING = ("fitbit", "strava")


def tokens_of(world, account_id: str, settings=None) -> AccountTokens:
    given = settings or world.settings
    spec = api_providers()[account_id.partition(":")[0]]
    source = token_source(spec, given.apis[spec.name])
    vault = Vault(given.secrets.token_key)
    return AccountTokens(world.dsn, account_id, vault, source, given.synthetic)


def work(world, *arguments: str) -> subprocess.Popen:
    plugins = str(configuration.PROJECT / "plugins")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": plugins, **world.environment()}
    return subprocess.Popen(
        [sys.executable, str(WORKER), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stored(world, account_id: str) -> tuple:
    query = "select access_token, refresh_token, refreshes from accounts.tokens where account_id=%s"
    access, refresh, count = world.query(query, account_id)[0]
    return world.vault.decrypt(access), world.vault.decrypt(refresh), count


def state(world, account_id: str) -> str:
    account = store.find_account(world.dsn, account_id)
    assert account
    return account.state


def refreshes(world) -> list[dict]:
    return world.admin("GET", "/refreshes")


@contextmanager
def asked_and_not_answered(world, provider: str) -> Iterator[None]:
    """Whoever asks the provider for a token has to wait until the block ends."""
    world.admin("POST", "/settings", {provider: {"token_delay_seconds": 3_600}})
    try:
        yield
    finally:
        world.admin("POST", "/settings", {provider: {"token_delay_seconds": 0}})


@pytest.mark.parametrize("provider", ["google_health", *ROTATING])
def test_a_token_that_lives_is_not_renewed(world, provider):
    account_id = world.connect(provider)
    assert tokens_of(world, account_id).access_token() == stored(world, account_id)[0]
    assert refreshes(world) == []


@pytest.mark.parametrize("provider", ["google_health", *ROTATING])
def test_a_token_near_its_end_is_renewed_and_stored(world, provider):
    account_id = world.connect(provider, expires_in=0)
    before = stored(world, account_id)
    token = tokens_of(world, account_id).access_token()
    access, refresh, count = stored(world, account_id)
    assert token == access != before[0]
    assert (refresh != before[1]) == (provider in ROTATING)
    assert count == 1
    # Another task finds it and asks nobody.
    assert tokens_of(world, account_id).access_token() == token
    assert [one["ok"] for one in refreshes(world)] == [True]


def test_a_refused_token_is_renewed_once(world):
    account_id = world.connect("fitbit")
    tokens = tokens_of(world, account_id)
    refused = tokens.access_token()
    renewed = tokens.renewed(refused)
    assert renewed != refused
    # A late answer to the old token brings the new one, not another.
    assert tokens.renewed(refused) == renewed
    assert tokens_of(world, account_id).renewed(refused) == renewed
    assert len(refreshes(world)) == 1


@pytest.mark.parametrize("provider", ROTATING)
def test_of_parallel_processes_one_renews(world, provider):
    account_id = world.connect(provider, expires_in=0)
    world.admin("POST", "/settings", {provider: {"token_delay_seconds": 1.0}})
    workers = [work(world, "token", account_id) for _ in range(4)]
    answers = [worker.communicate(timeout=300) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, answers
    expected = hashlib.sha256(stored(world, account_id)[0].encode()).hexdigest()
    assert [out.split() for out, _ in answers] == [["asking", expected]] * 4
    made = refreshes(world)
    assert [(one["ok"], one["concurrent"]) for one in made] == [(True, 1)]


@pytest.mark.parametrize("provider", ROTATING)
def test_a_kill_between_renewal_and_use_is_survived(world, provider):
    account_id = world.connect(provider, expires_in=0)
    worker = work(world, "dies-before-use", account_id)
    worker.communicate(timeout=300)
    assert worker.returncode == -signal.SIGKILL
    assert tokens_of(world, account_id).access_token() == stored(world, account_id)[0]
    assert [one["ok"] for one in refreshes(world)] == [True]
    # The rotated refresh token was kept, too.
    tokens = tokens_of(world, account_id)
    assert tokens.renewed(tokens.access_token())
    assert [one["ok"] for one in refreshes(world)] == [True, True]


def test_a_task_that_is_stopped_while_it_renews_stores_what_it_got(world):
    account_id = world.connect("fitbit", expires_in=0)
    with asked_and_not_answered(world, "fitbit"):
        worker = work(world, "interrupted", account_id)
        wait_until(lambda: refreshes(world))
        worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=300)
    assert worker.returncode == 7
    assert stored(world, account_id)[2] == 1
    assert tokens_of(world, account_id).access_token()
    assert [one["ok"] for one in refreshes(world)] == [True]


def test_a_kill_while_the_provider_is_asked_frees_the_account(world):
    """Where the refresh token is not rotated nothing is lost, and nobody waits for the dead."""
    account_id = world.connect("google_health", expires_in=0)
    with asked_and_not_answered(world, "google_health"):
        worker = work(world, "token", account_id)
        wait_until(lambda: refreshes(world))
        worker.kill()
        worker.communicate(timeout=300)
        assert worker.returncode == -signal.SIGKILL
    began = time.monotonic()
    assert tokens_of(world, account_id).access_token()
    assert time.monotonic() - began < 60  # a server that is not told takes two minutes to notice


def test_a_database_that_restarts_while_the_provider_is_asked(world, superuser_dsn):
    account_id = world.connect("strava", expires_in=0)
    tokens = tokens_of(world, account_id)
    with ThreadPoolExecutor(1) as thread:
        with asked_and_not_answered(world, "strava"):
            asked = thread.submit(tokens.access_token)
            wait_until(lambda: refreshes(world))
            with psycopg.connect(superuser_dsn, autocommit=True) as connection:
                ended = connection.execute(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                    "where application_name = 'vitals'"
                ).fetchone()
        assert ended and ended[0] >= 1
        token = asked.result(timeout=300)
    access, _, count = stored(world, account_id)
    assert (access, count) == (token, 1)


@pytest.mark.parametrize("provider", ["google_health", *ROTATING])
def test_revoked_consent_stops_all_calls(world, provider):
    account_id = world.connect(provider, expires_in=0)
    world.admin("POST", "/tokens/revoke", {"provider": provider})
    for _ in range(3):
        with pytest.raises(ConsentNeededError, match=f"vitals connect {provider} --participant"):
            tokens_of(world, account_id).access_token()
    assert state(world, account_id) == "needs_consent"
    assert len(refreshes(world)) == 1
    assert not any(one.is_usable for one in store.list_accounts(world.dsn, provider))


def test_consent_with_an_end_is_expiring_and_then_expired(world):
    world.admin("POST", "/settings", {"google_health": {"refresh_token_seconds": 604_799}})
    account_id = world.connect("google_health", expires_in=0)
    assert state(world, account_id) == "expiring"
    assert tokens_of(world, account_id).access_token()
    account = store.find_account(world.dsn, account_id)
    days = (account.consent_expires_at - account.connected_at).total_seconds() / 86_400
    assert 6.9 < days < 7
    world.query(
        "update accounts.accounts set consent_expires_at = now() - interval '1 s' returning 1"
    )
    assert state(world, account_id) == "expired"
    world.admin("POST", "/tokens/expire", {"provider": "google_health", "refresh": True})
    tokens = tokens_of(world, account_id)
    with pytest.raises(ConsentNeededError):
        tokens.renewed(tokens.access_token())
    stored_state = "select state from accounts.accounts where account_id = %s"
    assert world.query(stored_state, account_id) == [("expired",)]


def test_connecting_again_ends_a_refusal(world):
    account_id = world.connect("strava", expires_in=0)
    world.admin("POST", "/tokens/revoke", {"provider": "strava"})
    with pytest.raises(ConsentNeededError):
        tokens_of(world, account_id).access_token()
    assert world.connect("strava") == account_id
    assert state(world, account_id) == "active"
    assert tokens_of(world, account_id).access_token()


@pytest.mark.parametrize("provider", ["google_health", *ROTATING])
def test_a_wrong_client_is_our_fault_not_the_accounts(world, provider):
    account_id = world.connect(provider, expires_in=0)
    wrong = replace(world.settings.apis[provider], client_secret="wrong")
    settings = replace(world.settings, apis={**world.settings.apis, provider: wrong})
    with pytest.raises(RequestRefusedError, match=f"{provider.upper()}__CLIENT_ID"):
        tokens_of(world, account_id, settings).access_token()
    assert state(world, account_id) == "active"
    assert tokens_of(world, account_id).access_token()


def test_a_provider_that_is_down_costs_no_account(world, monkeypatch):
    monkeypatch.setattr("vitals.accounts.exchange.PAUSES", 0.01)
    account_id = world.connect("fitbit", expires_in=0)
    fault = {"kind": "server_error", "provider": "fitbit", "path": "oauth2/token"}
    world.admin("POST", "/faults", {**fault, "times": 3})
    with pytest.raises(ProviderUnavailableError, match="no token from Fitbit: status 5"):
        tokens_of(world, account_id).access_token()
    assert state(world, account_id) == "active"
    world.admin("POST", "/faults", {**fault, "times": 2})
    assert tokens_of(world, account_id).access_token()


def test_an_account_nobody_connected(world):
    with pytest.raises(ConsentNeededError, match="strava:p0009 is not connected"):
        tokens_of(world, "strava:p0009").access_token()


def test_the_key_can_be_changed(world):
    account_id = world.connect("fitbit")
    old, new = world.settings.secrets.token_key, Fernet.generate_key().decode()
    token = tokens_of(world, account_id).access_token()

    def with_key(key: str):
        secrets = replace(world.settings.secrets, token_key=key)
        return replace(world.settings, secrets=secrets)

    with pytest.raises(SettingError, match="VITALS_TOKEN_KEY does not fit"):
        tokens_of(world, account_id, with_key(new)).access_token()
    both = with_key(f"{new},{old}")
    assert tokens_of(world, account_id, both).access_token() == token
    assert store.encrypt_anew(world.dsn, Vault(both.secrets.token_key)) == 1
    assert tokens_of(world, account_id, with_key(new)).access_token() == token


@pytest.mark.parametrize("key", ["", "short", "a" * 44 + ",b"])
def test_a_key_that_is_none_is_refused_by_name(key):
    with pytest.raises(SettingError, match="VITALS_TOKEN_KEY"):
        Vault(key)


def test_no_secret_is_readable_anywhere(world, caplog, capfd):
    """Tokens, before and after a refresh, a refusal and an outage."""
    caplog.set_level("DEBUG")
    account_id = world.connect("strava", expires_in=0)
    secrets = {*stored(world, account_id)[:2], world.settings.secrets.token_key}
    said = []
    with session(world.dsn, api_providers()["strava"], account_id, world.settings) as polite:
        assert polite.get("https://www.strava.com/api/v3/athlete").json()["id"]
        said.append(repr(vars(polite)))
    secrets |= {*stored(world, account_id)[:2], world.settings.apis["strava"].client_secret}
    world.admin("POST", "/tokens/revoke", {"provider": "strava"})
    again = session(world.dsn, api_providers()["strava"], account_id, world.settings)
    with pytest.raises(ConsentNeededError) as refusal, again as polite:
        polite.get("https://www.strava.com/api/v3/athlete")
    said += traceback.format_exception(refusal.value)
    said += [caplog.text, *capfd.readouterr(), repr(world.settings), repr(world.vault)]
    tables = ("accounts.accounts", "accounts.tokens", "accounts.request_windows")
    for table in tables:
        said += [repr(world.query(f"select t::text from {table} as t"))]
        said += [repr(world.query(f"select * from {table}"))]
    for secret in secrets:
        assert not [text for text in said if secret in text]
