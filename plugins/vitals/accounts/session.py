"""session: one account -> a `requests.Session` with its token, within the provider's limits."""

import requests

from vitals.accounts.budget import PATIENCE_SECONDS, AccountMeter
from vitals.accounts.exchange import token_source
from vitals.accounts.tokens import AccountTokens
from vitals.accounts.vault import Vault
from vitals.api_settings import ApiSettings
from vitals.settings import Settings
from vitals.sources._api.session import PoliteAdapter, Tokens, make_session
from vitals.sources._api.spec import ApiSpec


def session(
    dsn: str,
    spec: ApiSpec,
    account_id: str,
    settings: Settings,
    patience_seconds: float = PATIENCE_SECONDS,
    reserve: float = 0.0,
) -> requests.Session:
    """A session for the calls of one account; close it when they are made.

    Args:
        dsn: the warehouse.
        spec: the provider.
        account_id: provider:participant, connected before.
        settings: for the provider's addresses and the key of the tokens.
        patience_seconds: how long a request may wait for the next window of a limit.
        reserve: share of each limit that these calls leave to others.

    Raises:
        SettingError: VITALS_TOKEN_KEY is missing or no key.
    """
    api = settings.apis[spec.name]
    vault = Vault(settings.secrets.token_key)
    tokens = AccountTokens(dsn, account_id, vault, token_source(spec, api), settings.synthetic)
    meter = AccountMeter(dsn, spec, account_id, patience_seconds, reserve)
    return session_with(tokens, meter, spec, api)


def session_with(
    tokens: Tokens, meter: AccountMeter, spec: ApiSpec, api: ApiSettings
) -> requests.Session:
    """A session with any tokens, such as those of a consent that is not stored yet."""
    return make_session(AccountAdapter(tokens, meter, spec, api))


class AccountAdapter(PoliteAdapter):
    """The adapter of one account; closing its session closes the meter's connection too."""

    def __init__(
        self, tokens: Tokens, meter: AccountMeter, spec: ApiSpec, api: ApiSettings
    ) -> None:
        addresses = {spec.base_url: api.base_url} if api.base_url else {}
        explain = spec.explain or (lambda status, body: None)
        super().__init__(tokens, meter, addresses, explain, spec.empty_means_nothing)
        self._account_meter = meter

    def close(self) -> None:
        """Close what is open."""
        super().close()
        self._account_meter.close()
