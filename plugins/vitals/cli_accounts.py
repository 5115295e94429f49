"""cli_accounts: the `vitals` commands about accounts at providers."""

import getpass
import os
import sys
import webbrowser
from typing import Annotated

import typer

from vitals import settings as configuration
from vitals.accounts import doctor, pages, store
from vitals.accounts.callback import HOST, PATH, Callback
from vitals.accounts.consent import (
    Connected,
    ConsentRequest,
    StrangeAnswerError,
    check_participant,
    connect_with_key,
    finish_consent,
    parse_answer,
    request_consent,
)
from vitals.accounts.errors import AccountError
from vitals.accounts.revoking import give_back
from vitals.accounts.synthetic import connect_synthetic
from vitals.accounts.vault import Vault
from vitals.cli_usage import UsageError
from vitals.embedded.secrets import with_secrets
from vitals.settings import Settings
from vitals.sources import api_providers
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec

# Registered at the providers as part of the redirect address, so it does not change by itself.
CALLBACK_PORT = 8910
WAIT_SECONDS = 600.0
KEY_VARIABLE = "VITALS_PROVIDER_KEY"
_CONNECT_EXAMPLE = "make connect PROVIDER=google_health PARTICIPANT=p0001"

Provider = Annotated[str, typer.Argument(help="google_health, fitbit, strava or garmin.")]
Participant = Annotated[str, typer.Option(help="Whose account it is, for example p0001.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(connect)
    app.command()(accounts)
    app.command()(disconnect)
    app.command("connect-synthetic")(connect_simulated)


def connect(
    provider: Provider,
    participant: Participant,
    browser: Annotated[
        bool,
        typer.Option(help="Without: open the link elsewhere and paste the address it ends at."),
    ] = True,
    port: Annotated[
        int, typer.Option(help="Where the browser comes back to.", min=0, max=65535)
    ] = CALLBACK_PORT,
) -> None:
    """Connect a person's account at a provider, or renew its consent.

    The browser opens the provider's page; without a browser on this machine
    add --no-browser. At Garmin a personal key is asked for instead, or taken
    from VITALS_PROVIDER_KEY.

    Example: vitals connect google_health --participant p0001
    """
    for name, given in (("provider", provider), ("participant", participant)):
        if not given.strip():
            raise UsageError(f"no {name} given: {_CONNECT_EXAMPLE}")
    spec = _spec(provider)
    check_participant(participant)
    settings = _settings_with_key()
    if spec.api_key:
        key = _ask_for_key(spec, settings)
        _tell(spec, connect_with_key(settings.warehouse_dsn, settings, spec, participant, key))
    elif browser:
        _tell(spec, _through_browser(spec, settings, participant, port))
    else:
        _tell(spec, _through_paste(spec, settings, participant, port))


def accounts(
    check: Annotated[bool, typer.Option(help="Call each provider to see.")] = False,
    encrypt_anew: Annotated[
        bool, typer.Option("--encrypt-anew", help="Encrypt all tokens with the first key.")
    ] = False,
) -> None:
    """List the connected accounts, how they do and what is to be done about them."""
    settings = configuration.load()
    dsn = settings.warehouse_dsn
    if encrypt_anew:
        count = store.encrypt_anew(dsn, Vault(settings.secrets.token_key))
        print(f"{count} accounts: tokens encrypted with the first key of VITALS_TOKEN_KEY")
        return
    known = api_providers()
    findings = (
        doctor.examine(dsn, settings)
        if check
        else [doctor.describe(one, known.get(one.provider)) for one in store.list_accounts(dsn)]
    )
    if not findings:
        print("no account is connected: vitals connect google_health --participant p0001")
        return
    _print_table(findings)
    if check and not all(finding.is_well for finding in findings):
        sys.exit(1)


def disconnect(provider: Provider, participant: Participant) -> None:
    """Give consent back and delete the tokens; the data that were read stay."""
    spec = _spec(provider)
    settings = configuration.load()
    dsn, account_id = settings.warehouse_dsn, store.make_account_id(provider, participant)
    account = store.find_account(dsn, account_id)
    if account is None:
        raise AccountError(f"participant {participant} has no account at {spec.title}")
    told = give_back(spec, settings, account)
    store.disconnect_account(dsn, account_id)
    print(f"{spec.title} of {participant} is disconnected; data that were read stay. {told}")


def connect_simulated(
    provider: Annotated[
        list[str] | None, typer.Option(help="Which provider; all unless given. Repeatable.")
    ] = None,
    accounts: Annotated[
        int | None, typer.Option(help="How many people; all of the simulator's unless given.")
    ] = None,
) -> None:
    """Connect people of the simulator (SYNTHETIC=true) without a browser."""
    settings = _settings_with_key()
    wanted = [_spec(name).name for name in provider or ()]
    found = connect_synthetic(settings.warehouse_dsn, settings, wanted, accounts)
    for account in found:
        print(f"{account.account_id:<24} connected")


def _settings_with_key() -> Settings:
    """The settings; before the first `make up` the key of the tokens is made here."""
    settings = configuration.load()
    return settings if settings.secrets.token_key else with_secrets(settings)


def _spec(provider: str) -> ApiSpec:
    known = api_providers()
    if provider not in known:
        raise AccountError(f"no provider {provider!r}: choose {', '.join(known)}")
    return known[provider]


def _through_browser(spec: ApiSpec, settings: Settings, participant: str, port: int) -> Connected:
    callback = Callback(port)
    request = request_consent(spec, settings.apis[spec.name], callback.redirect_uri)
    print(
        f"Agree at {spec.title} in the browser. If none opens, open this link:\n\n{request.url}\n"
    )
    print(f"Waiting for {callback.redirect_uri} (Ctrl+C ends it)", flush=True)
    webbrowser.open(request.url)
    outcome: list[Connected | Exception] = []

    def handle(answer: dict[str, str]) -> tuple[str, bool]:
        try:
            connected = finish_consent(
                settings.warehouse_dsn, settings, spec, participant, request, answer
            )
        except StrangeAnswerError:
            print("ignored an answer to another request", flush=True)
            return pages.strange(spec.title), False
        except Exception as error:  # shown in the browser, raised below
            outcome.append(error)
            known = isinstance(error, AccountError | ApiError)
            return pages.failed(spec.title, str(error) if known else "see the command"), True
        outcome.append(connected)
        return pages.connected(spec.title, participant, connected.missing_scopes), True

    if not callback.wait(handle, WAIT_SECONDS):
        raise AccountError(f"nobody agreed within {WAIT_SECONDS / 60:.0f} minutes: start again")
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _through_paste(spec: ApiSpec, settings: Settings, participant: str, port: int) -> Connected:
    redirect_uri = f"http://{HOST}:{port}{PATH}"
    request: ConsentRequest = request_consent(spec, settings.apis[spec.name], redirect_uri)
    print(f"Open this link on any machine and agree:\n\n{request.url}\n")
    print(
        f"The browser then shows an error for an address that begins with {redirect_uri}.\n"
        "Paste that whole address here:",
        flush=True,
    )
    answer = parse_answer(sys.stdin.readline())
    if not answer:
        raise AccountError("that is no address with an answer: start again")
    return finish_consent(settings.warehouse_dsn, settings, spec, participant, request, answer)


def _ask_for_key(spec: ApiSpec, settings: Settings) -> str:
    """The API key: from a variable, the terminal without echo, or standard input.

    Never an argument, which every user of the machine could read.
    """
    assert spec.api_key
    page = settings.apis[spec.name].authorize_url or spec.api_key.page_url
    if not os.environ.get(KEY_VARIABLE):
        print(f"Make an API key at {page}", flush=True)
    if sys.stdin.isatty():
        given = os.environ.get(KEY_VARIABLE) or getpass.getpass("Key (is not shown): ")
    else:
        given = os.environ.get(KEY_VARIABLE) or sys.stdin.readline()
    if not given.strip():
        raise AccountError("no key was given")
    return given.strip()


def _tell(spec: ApiSpec, connected: Connected) -> None:
    account = connected.account
    print(f"{spec.title} of {account.participant_id} is connected.")
    if connected.missing_scopes:
        print(f"Not granted: {' '.join(connected.missing_scopes)}")
        print(f"Not read without it: {', '.join(connected.unread) or 'nothing'}")
    if account.state == "expiring":
        print(f"The consent ends {account.consent_expires_at:%Y-%m-%d %H:%M} UTC.")


def _print_table(findings: list[doctor.Finding]) -> None:
    """Columns as wide as they need to be; the last one, what to do, may be long."""
    head = ("PROVIDER", "PARTICIPANT", "STATE", "LAST SUCCESS", "WHAT IS THE MATTER", "WHAT TO DO")
    rows = [head, *map(_row, findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _row(finding: doctor.Finding) -> tuple[str, ...]:
    account = finding.account
    success = account.last_success_at
    return (
        account.provider,
        account.participant_id,
        account.state,
        f"{success:%Y-%m-%d %H:%M}" if success else "never",
        finding.problem or "-",
        finding.remedy or "-",
    )
