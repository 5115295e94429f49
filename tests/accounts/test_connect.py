"""Connecting an account as a person does: the real command, the consent page, a real browser."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from vitals import settings as configuration
from vitals.accounts import doctor, store
from vitals.sources import api_providers

pytestmark = pytest.mark.slow

PICTURES = configuration.PROJECT / ".vitals" / "screenshots"


class Command:
    """A `vitals` command that runs."""

    def __init__(self, world, *arguments: str) -> None:
        plugins = str(configuration.PROJECT / "plugins")
        # `true` stands for the browser that a desktop would open: the test opens its own.
        given = {"PATH": os.environ["PATH"], "PYTHONPATH": plugins, "BROWSER": "true"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vitals.cli", *arguments],
            env={**given, **world.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def until(self, pattern: str) -> re.Match:
        """Read its output until something is said."""
        assert self.process.stdout
        while not (found := re.search(pattern, self.said)):
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        return found

    def end(self, given: str = "") -> int:
        """Its exit status, once it is over."""
        out, _ = self.process.communicate(given, timeout=300)
        self.said += out
        return self.process.returncode


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=flags, timeout=300_000)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 900, "height": 600})
    opened.set_default_timeout(120_000)
    yield opened
    opened.close()


@pytest.fixture
def vitals(world) -> Iterator[Callable[..., Command]]:
    started: list[Command] = []

    def run(*arguments: str) -> Command:
        started.append(Command(world, *arguments))
        return started[-1]

    yield run
    for command in started:
        with suppress(ProcessLookupError):
            command.process.kill()


def link(command: Command) -> str:
    return command.until(r"(http\S+/auth(?:orize)?\?\S+)\n")[1]


def connecting(vitals, provider: str, participant: str, *more: str) -> Command:
    return vitals("connect", provider, "--participant", participant, "--port", "0", *more)


def stored(world, account_id: str) -> tuple[store.Account | None, str]:
    account = store.find_account(world.dsn, account_id)
    return account, world.query("select count(*) from accounts.tokens")[0][0]


@pytest.mark.parametrize("provider", ["google_health", "fitbit", "strava"])
def test_a_person_agrees(world, vitals, page, provider):
    command = connecting(vitals, provider, "p0002")
    address = link(command)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) > 40
    assert urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
    page.goto(address)
    page.select_option("select", value="2")
    page.click("text=Allow")
    page.wait_for_selector("text=is connected")
    page.screenshot(path=PICTURES / f"connect-{provider}.png")
    assert command.end() == 0
    assert f"{api_providers()[provider].title} of p0002 is connected" in command.said
    account = store.find_account(world.dsn, f"{provider}:p0002")
    person = world.admin("GET", "/accounts")[1]
    ids = {"google_health": "google_id", "fitbit": "fitbit_id", "strava": "strava_id"}
    assert account.provider_user_id == str(person[ids[provider]])
    assert set(account.scopes) == set(api_providers()[provider].oauth.scopes)
    # The loopback address is gone with the command.
    with pytest.raises(requests.ConnectionError):
        requests.get(asked["redirect_uri"], timeout=60)


def test_a_person_refuses(world, vitals, page):
    command = connecting(vitals, "strava", "p0001")
    page.goto(link(command))
    page.click("text=Deny")
    page.wait_for_selector("text=Strava is not connected")
    page.screenshot(path=PICTURES / "connect-refused.png")
    assert command.end() == 1
    assert "was refused on its page: nothing was connected" in command.said
    assert stored(world, "strava:p0001") == (None, 0)


def test_a_person_unticks_a_scope(world, vitals, page):
    command = connecting(vitals, "google_health", "p0001")
    page.goto(link(command))
    page.locator("input[value$='googlehealth.sleep.readonly']").uncheck()
    page.click("text=Allow")
    page.wait_for_selector("text=Not granted")
    assert "googlehealth.sleep.readonly" in page.inner_text("main")
    page.screenshot(path=PICTURES / "connect-unticked.png")
    assert command.end() == 0
    assert re.search(r"Not granted: \S+googlehealth.sleep.readonly\n", command.said)
    assert re.search(r"Not read without it: .*sleep", command.said)
    account = store.find_account(world.dsn, "google_health:p0001")
    assert not [scope for scope in account.scopes if "sleep" in scope]


def test_an_answer_with_a_wrong_state_is_ignored(world, vitals, page):
    """As from a page of somebody who wants their own account connected to this person."""
    command = connecting(vitals, "fitbit", "p0001")
    address = link(command)
    redirect = parse_qs(urlsplit(address).query)["redirect_uri"][0]
    page.goto(f"{redirect}?code=stolen&state=guessed")
    page.wait_for_selector("text=not our request")
    page.screenshot(path=PICTURES / "connect-strange.png")
    page.goto(f"{redirect}?code=stolen")
    page.wait_for_selector("text=not our request")
    assert requests.get(redirect.replace("callback", "other"), timeout=60).status_code == 404
    assert stored(world, "fitbit:p0001") == (None, 0)
    # The request still waits for its own answer.
    page.goto(address)
    page.click("text=Allow")
    page.wait_for_selector("text=is connected")
    assert command.end() == 0


def test_an_idle_connection_does_not_keep_the_browser_from_coming_back(vitals, page):
    """Browsers open connections ahead; one that says nothing must not block."""
    command = connecting(vitals, "fitbit", "p0001")
    address = link(command)
    redirect = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0])
    with socket.create_connection((redirect.hostname, redirect.port)):
        page.goto(address)
        page.click("text=Allow")
        page.wait_for_selector("text=is connected")
    assert command.end() == 0


def agree_elsewhere(address: str, **choices: str) -> str:
    """What a browser on another machine would end at."""
    answer = requests.get(
        address, params={"simulator_account": "3", **choices}, allow_redirects=False, timeout=60
    )
    return answer.headers["Location"]


def test_a_machine_without_a_browser(world, vitals):
    command = vitals("connect", "strava", "--participant", "p0003", "--no-browser")
    ends_at = agree_elsewhere(link(command))
    assert ends_at.startswith("http://127.0.0.1:8910/callback?")
    assert command.end(f"{ends_at}\n") == 0
    assert store.find_account(world.dsn, "strava:p0003").state == "active"
    assert parse_qs(urlsplit(ends_at).query)["code"][0] not in command.said


@pytest.mark.parametrize("pasted", ["", "http://127.0.0.1:8910/callback?code=x&state=y", "hello"])
def test_a_pasted_answer_that_is_none(world, vitals, pasted):
    command = vitals("connect", "strava", "--participant", "p0003", "--no-browser")
    link(command)
    assert command.end(f"{pasted}\n") == 1
    assert command.said.splitlines()[-1].startswith("vitals: ")
    assert "Traceback" not in command.said
    assert stored(world, "strava:p0003") == (None, 0)


def test_garmin_asks_for_a_key(world, vitals, page):
    page.goto(world.settings.apis["garmin"].authorize_url)
    page.select_option("select", value="1")
    page.click("text=Create key")
    key = page.inner_text("#key")
    command = vitals("connect", "garmin", "--participant", "p0001")
    command.until("Make an API key at http")
    assert command.end(f"{key}\n") == 0
    assert "is connected" in command.said and key not in command.said
    assert store.find_account(world.dsn, "garmin:p0001").state == "active"
    wrong = vitals("connect", "garmin", "--participant", "p0002")
    assert wrong.end("no-such-key\n") == 1
    assert "does not accept the API key" in wrong.said
    assert "no-such-key" not in wrong.said


def test_one_user_is_one_participant(world, vitals):
    def connect_as(participant: str, account: str) -> Command:
        command = vitals("connect", "strava", "--participant", participant, "--no-browser")
        command.end(agree_elsewhere(link(command), simulator_account=account) + "\n")
        return command

    assert connect_as("p0001", "1").process.returncode == 0
    assert connect_as("p0001", "1").process.returncode == 0
    again = connect_as("p0002", "1")
    assert again.process.returncode == 1
    assert "is connected as participant p0001 already" in again.said
    other = connect_as("p0001", "2")
    assert "was connected as another user" in other.said


def test_what_cannot_be_connected_says_why_in_a_line(vitals):
    for arguments, reason in [
        (("polar", "--participant", "p1"), "no provider 'polar': choose fitbit"),
        (("strava", "--participant", "two words"), "needs an id without spaces"),
        (("strava", "--participant", "study:1"), "needs an id without"),
        (("strava", "--participant", "study/1"), "needs an id without"),
    ]:
        command = vitals("connect", *arguments)
        assert command.end() == 1
        assert command.said.startswith("vitals: ") and reason in command.said
        assert command.said.count("\n") == 1
    command = vitals("connect", "strava", "--participant", "")
    assert command.end() == 2
    assert command.said.startswith("vitals: no participant given: ")


def test_accounts_are_listed_checked_and_disconnected(world, vitals):
    listed = vitals("accounts")
    assert listed.end() == 0
    assert "no account is connected" in listed.said
    connected = vitals("connect-synthetic", "--provider", "strava", "--provider", "google_health")
    assert connected.end() == 0, connected.said
    assert connected.said.count("connected") == 8
    world.admin("POST", "/tokens/revoke", {"provider": "strava", "account": 2})
    world.admin("POST", "/tokens/expire", {"provider": "strava", "account": 2})
    checked = vitals("accounts", "--check")
    assert checked.end() == 1
    rows = {tuple(line.split()[:3]) for line in checked.said.splitlines()[1:]}
    assert ("strava", "p0001", "active") in rows
    assert ("strava", "p0002", "needs_consent") in rows
    assert "vitals connect strava --participant p0002" in checked.said
    refresh = world.query(
        "select refresh_token from accounts.tokens where account_id = %s", "strava:p0001"
    )
    secret = world.vault.decrypt(refresh[0][0])
    gone = vitals("disconnect", "strava", "--participant", "p0001")
    assert gone.end() == 0
    assert "Strava was told" in gone.said
    assert store.find_account(world.dsn, "strava:p0001").state == "revoked"
    grant, _ = world.served.simulator.tokens.by_refresh("strava", secret)
    assert grant.revoked
    assert world.query("select 1 from accounts.tokens where account_id = 'strava:p0001'") == []
    found = doctor.check(world.dsn, world.settings, store.find_account(world.dsn, "strava:p0001"))
    assert found.is_well and not found.remedy  # it was wanted so: nobody is reminded of it
