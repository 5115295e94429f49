"""doctor: every account -> does its token work, and what must a person do.

A token that ends soon is renewed, as any run would; nothing is read but the provider's cheap call.
"""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from vitals.accounts import store
from vitals.accounts.consent import probe, unread_resources
from vitals.accounts.session import session
from vitals.accounts.store import Account
from vitals.settings import Settings
from vitals.sources import api_providers
from vitals.sources._api.errors import (
    ApiError,
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ScopeMissingError,
    StrangerError,
)
from vitals.sources._api.spec import ApiSpec


@dataclass(frozen=True)
class Finding:
    """How one account does.

    Attributes:
        account: as it is after the check.
        is_well: whether its data can be read, or is not wanted any more.
        problem: what is the matter, or what is not granted; empty if nothing is.
        remedy: what a person has to do; empty if nothing.
        may_pass: whether it may be well without that, on another try.
    """

    account: Account
    is_well: bool
    problem: str = ""
    remedy: str = ""
    may_pass: bool = False


def examine(dsn: str, settings: Settings) -> list[Finding]:
    """Check the tokens of all accounts.

    Raises:
        SettingError: VITALS_TOKEN_KEY is missing or does not fit.
        WarehouseError: the warehouse cannot be reached.
    """
    return [check(dsn, settings, account) for account in store.list_accounts(dsn)]


def check(dsn: str, settings: Settings, account: Account) -> Finding:
    """Check the token of one account: an account that is not usable is not called."""
    spec = api_providers().get(account.provider)
    if spec is None:
        return Finding(account, False, "this version does not know the provider")
    if not account.is_usable:
        return describe(account, spec)
    try:
        _ask(dsn, settings, spec, account)
    except (ConsentNeededError, ProviderGoneError) as error:
        store.note_failure(dsn, account.account_id, error)
        found = store.find_account(dsn, account.account_id) or account
        if isinstance(error, ProviderGoneError):
            return Finding(found, False, str(error), "connect another source")
        return describe(found, spec)
    except StrangerError as error:
        return Finding(account, False, error.problem, error.remedy)
    except LimitReachedError as error:
        return Finding(account, True, f"not checked: {error}")
    except ApiError as error:
        remedy = "nothing: the next run tries again"
        return Finding(account, False, str(error), remedy, may_pass=True)
    return describe(store.find_account(dsn, account.account_id) or account, spec)


def describe(account: Account, spec: ApiSpec | None) -> Finding:
    """What is known of an account without calling anybody."""
    again = f"vitals connect {account.provider} --participant {account.participant_id}"
    if account.state == "expiring":
        assert account.consent_expires_at
        left = account.consent_expires_at - datetime.now(UTC)
        ends = f"consent ends {account.consent_expires_at:%Y-%m-%d %H:%M} UTC"
        return Finding(account, True, ends, f"within {max(left.days, 0) + 1} days: {again}")
    if account.is_disconnected:
        return Finding(account, True, "was disconnected here")
    if not account.is_usable:
        words = {
            "expired": "consent has ended",
            "revoked": "consent was withdrawn",
            "needs_consent": "token is refused",
        }
        return Finding(account, False, words[account.state], again)
    unread = unread_resources(spec, account.scopes) if spec and spec.oauth else ()
    if unread:
        return Finding(account, True, f"not granted: {', '.join(unread)}", f"for these: {again}")
    return Finding(account, True, account.last_error or "")


def _ask(dsn: str, settings: Settings, spec: ApiSpec, account: Account) -> None:
    with session(dsn, spec, account.account_id, settings) as asking:
        if spec.probe is None:
            return
        # For that the token was accepted, which is all that was asked.
        with contextlib.suppress(ScopeMissingError):
            probe(asking, spec)
