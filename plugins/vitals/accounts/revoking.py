"""revoking: consent of an account -> given back at the provider, where that is possible."""

from vitals.accounts import store
from vitals.accounts.exchange import OAuthExchange, token_source
from vitals.accounts.tokens import stranger
from vitals.accounts.vault import Vault
from vitals.settings import Settings
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec


def give_back(spec: ApiSpec, settings: Settings, account: store.Account) -> str:
    """Revoke the consent at the provider; what became of that, in a sentence."""
    if account.is_synthetic != settings.synthetic:
        return f"{stranger(account.account_id, account.is_synthetic).problem}: nobody was told."
    source = token_source(spec, settings.apis[spec.name])
    by_hand = f"To be sure, remove the app in the account at {spec.title}."
    if not isinstance(source, OAuthExchange):
        return f"The key still works: delete it at {spec.title}."
    secret = store.refresh_token(
        settings.warehouse_dsn, account.account_id, Vault(settings.secrets.token_key)
    )
    if secret is None:
        return by_hand
    try:
        source.revoke(secret)
    except ApiError as error:
        return f"{error}. {by_hand}"
    return f"{spec.title} was told."
