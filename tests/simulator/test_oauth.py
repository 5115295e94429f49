"""OAuth: PKCE, consent page, refusals, rotation, expiry, revocation, the record of refreshes."""

import base64
import hashlib
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from tests.waiting import wait_until

from vitals.simulator.oauth.tokens import TokenStore
from vitals.simulator.server import running
from vitals.simulator.state import Options

REDIRECT = "http://127.0.0.1:5123/callback"
PATHS = {
    "google_health": ("/o/oauth2/v2/auth", "/token", "/v4/users/me/identity"),
    "fitbit": ("/oauth2/authorize", "/oauth2/token", "/1/user/-/profile.json"),
    "strava": ("/oauth/authorize", "/oauth/token", "/api/v3/athlete"),
}
SCOPES = {
    "google_health": "https://www.googleapis.com/auth/googlehealth.sleep.readonly "
    "https://www.googleapis.com/auth/googlehealth.profile.readonly",
    "fitbit": "sleep profile",
    "strava": "read,activity:read_all",
}


def pkce() -> tuple[str, str]:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize(target, provider: str, **extra: str) -> requests.Response:
    settings = target.running.simulator.settings[provider]
    query = {
        "client_id": settings.client_id,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": SCOPES[provider],
        "state": "some state",
        "access_type": "offline",
        "simulator_account": "2",
    } | extra
    url = f"{target.url}/{provider}{PATHS[provider][0]}?{urlencode(query)}"
    return requests.get(url, allow_redirects=False, timeout=60)


def code_of(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    location = answer.headers["Location"]
    assert location.startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def exchange(target, provider: str, **form: str) -> requests.Response:
    settings = target.running.simulator.settings[provider]
    client = {"client_id": settings.client_id, "client_secret": settings.client_secret}
    url = f"{target.url}/{provider}{PATHS[provider][1]}"
    return requests.post(url, data=client | form, timeout=60)


def refresh(target, provider: str, token: str) -> requests.Response:
    return exchange(target, provider, grant_type="refresh_token", refresh_token=token)


def from_code(target, provider: str, code: str, **extra: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    return exchange(target, provider, **(form | extra))


def call(target, provider: str, token: str) -> requests.Response:
    url = f"{target.url}/{provider}{PATHS[provider][2]}"
    return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


@pytest.mark.parametrize("provider", PATHS)
def test_pkce_round_trip(target, provider):
    verifier, challenge = pkce()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256", "prompt": "consent"}
    answer = code_of(authorize(target, provider, **asked))
    assert answer["state"] == "some state"
    tokens = from_code(target, provider, answer["code"], code_verifier=verifier).json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] > 3_000
    assert tokens["refresh_token"]
    assert call(target, provider, tokens["access_token"]).status_code == 200
    again = from_code(target, provider, answer["code"], code_verifier=verifier)
    assert again.status_code == 400


@pytest.mark.parametrize("provider", PATHS)
@pytest.mark.parametrize("verifier", ["wrong" * 10, None])
def test_wrong_or_missing_verifier_is_refused(target, provider, verifier):
    _, challenge = pkce()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    code = code_of(authorize(target, provider, **asked))["code"]
    extra = {"code_verifier": verifier} if verifier else {}
    assert from_code(target, provider, code, **extra).status_code == 400


def test_plain_challenge_and_foreign_redirect_are_refused_on_the_spot(target):
    plain = authorize(target, "fitbit", code_challenge="abc", code_challenge_method="plain")
    assert plain.status_code == 400
    foreign = authorize(target, "fitbit", redirect_uri="http://example.org/callback")
    assert foreign.status_code == 400
    unknown = authorize(target, "fitbit", client_id="nobody")
    assert unknown.status_code == 400


def test_wrong_secret_is_an_invalid_client(target):
    token = target.token("google_health")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_secret": "wrong"}
    answer = exchange(target, "google_health", **form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_fitbit_accepts_basic_and_public_clients(target):
    settings = target.running.simulator.settings["fitbit"]
    url = f"{target.url}/fitbit/oauth2/token"
    first = target.token("fitbit")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": first}
    basic = requests.post(url, form, auth=(settings.client_id, settings.client_secret), timeout=60)
    assert basic.status_code == 200
    form = {"grant_type": "refresh_token", "refresh_token": basic.json()["refresh_token"]}
    public = requests.post(url, form | {"client_id": settings.client_id}, timeout=60)
    assert public.status_code == 200


def test_person_uses_the_consent_page_and_unticks_a_scope(target):
    shown = authorize(target, "strava", simulator_account="")
    assert shown.status_code == 200
    assert "Strava (simulated)" in shown.text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    form: dict[str, Any] = fields | {
        "simulator_account": "3",
        "granted": ["read"],
        "decision": "allow",
    }
    posted = requests.post(shown.url, form, allow_redirects=False, timeout=60)
    answer = code_of(posted)
    assert answer["scope"] == "read"
    tokens = from_code(target, "strava", answer["code"]).json()
    assert tokens["athlete"]["id"] == 90_000_003
    denied = requests.post(
        shown.url, form | {"decision": "deny"}, allow_redirects=False, timeout=60
    )
    assert code_of(denied)["error"] == "access_denied"


def test_cookie_consents_for_a_browser_under_test(target):
    url = authorize(target, "fitbit", simulator_account="").url
    answer = requests.get(
        url, cookies={"simulator_account": "4"}, allow_redirects=False, timeout=60
    )
    assert "code" in code_of(answer)


def test_google_refresh_token_needs_offline_and_consent(target):
    for tokens in target.running.simulator.tokens.grants:
        tokens.revoked = True

    def ask(**extra: str) -> dict[str, Any]:
        code = code_of(authorize(target, "google_health", **extra))["code"]
        return from_code(target, "google_health", code).json()

    assert "refresh_token" not in ask(access_type="online")
    assert "refresh_token" not in ask(), "consent was given before and is not forced"
    assert "refresh_token" in ask(prompt="consent")


def test_google_refresh_token_is_reused_and_not_sent_again(target):
    token = target.token("google_health")["refresh_token"]
    for _ in range(2):
        answer = refresh(target, "google_health", token)
        assert answer.status_code == 200
        assert "refresh_token" not in answer.json()


def test_google_testing_tokens_end_after_a_week(target):
    target.set("google_health", refresh_token_seconds=604_800)
    answer = target.token("google_health", 6)
    assert answer["refresh_token_expires_in"] == pytest.approx(604_800, abs=5)
    target.admin("POST", "/tokens/expire", {"provider": "google_health", "refresh": True})
    refused = refresh(target, "google_health", answer["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_fitbit_rotates_and_the_old_token_is_dead(target):
    first = target.token("fitbit", 1)
    second = refresh(target, "fitbit", first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    old = refresh(target, "fitbit", first["refresh_token"])
    assert old.status_code == 400
    assert old.json()["errors"][0]["errorType"] == "invalid_grant"
    assert refresh(target, "fitbit", second["refresh_token"]).status_code == 200


def test_strava_gives_the_same_token_until_its_last_hour_then_rotates(target):
    first = target.token("strava", 1)
    same = refresh(target, "strava", first["refresh_token"]).json()
    assert same["access_token"] == first["access_token"]
    assert same["refresh_token"] == first["refresh_token"]
    target.admin("POST", "/tokens/expire", {"provider": "strava"})
    fresh = refresh(target, "strava", first["refresh_token"]).json()
    assert fresh["access_token"] != first["access_token"]
    assert fresh["refresh_token"] != first["refresh_token"]
    old = refresh(target, "strava", first["refresh_token"])
    error = old.json()["errors"][0]
    assert (old.status_code, error["resource"], error["code"]) == (400, "RefreshToken", "invalid")


@pytest.mark.parametrize("provider", PATHS)
def test_expired_and_revoked_access_tokens_are_refused(target, provider):
    tokens = target.token(provider, 5)
    access = tokens["access_token"]
    assert call(target, provider, access).status_code == 200
    target.admin("POST", "/tokens/expire", {"provider": provider, "account": 5})
    assert call(target, provider, access).status_code == 401
    target.admin("POST", "/tokens/revoke", {"provider": provider, "account": 5})
    assert refresh(target, provider, tokens["refresh_token"]).status_code == 400


def test_client_revokes_a_token(target):
    tokens = target.token("google_health", 5)
    url = f"{target.url}/google_health/revoke"
    assert requests.post(url, {"token": tokens["refresh_token"]}, timeout=60).ok
    assert call(target, "google_health", tokens["access_token"]).status_code == 401


def test_parallel_refreshes_are_seen(target):
    target.set("fitbit", token_delay_seconds=3_600)
    token = target.token("fitbit", 2)["refresh_token"]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda _: refresh(target, "fitbit", token), "ab")
        try:
            wait_until(lambda: len(target.admin("GET", "/refreshes")) == 2, seconds=30)
        finally:
            target.set("fitbit", token_delay_seconds=0)
        assert sorted(answer.status_code for answer in answers) == [200, 400]
    log = target.admin("GET", "/refreshes")
    assert [one["concurrent"] for one in log] == [1, 2]
    assert {one["account"] for one in log} == {2}
    assert {one["token"] for one in log}.isdisjoint({token})


def test_garmin_key_page_and_token(target):
    page = f"{target.url}/garmin/app/settings/personalApiToken"
    assert "Create key" in requests.get(page, timeout=60).text
    made = requests.post(page, {"simulator_account": "2"}, timeout=60).text
    key = re.search(r'id="key">([^<]+)<', made)[1]
    url = f"{target.url}/garmin/personalapitoken-service/personal-api/personal-api-key/token"
    token = requests.post(url, headers={"Authorization": f"ApiKey {key}"}, timeout=60).text
    assert token.count(".") == 2
    refused = requests.post(url, headers={"Authorization": "ApiKey wrong"}, timeout=60)
    assert refused.status_code == 401


def test_consents_survive_a_restart(tmp_path):
    path = tmp_path / "tokens.json"
    with running(Options(token_file=path)) as first:
        grant = first.simulator.tokens.grant("fitbit", 1, ("sleep",))
        token = first.simulator.tokens.issue_refresh(grant, None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert TokenStore(path).by_refresh("fitbit", token)[1]
