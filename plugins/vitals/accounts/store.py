"""store: accounts.accounts <-> who is connected, how it goes, and what a person must do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row

from vitals import warehouse
from vitals.accounts.errors import AccountError
from vitals.accounts.exchange import TokenAnswer
from vitals.accounts.statements import statement
from vitals.accounts.tokens import USABLE
from vitals.accounts.tombstones import refuse_deleted
from vitals.accounts.vault import Vault
from vitals.errors import first_line
from vitals.sources._api.errors import ApiError, ConsentNeededError


@dataclass(frozen=True)
class Account:
    """A row of accounts.accounts; the columns are described in the database.

    `state` follows the clock: a consent that has ended is expired, whatever is stored. With
    `is_disconnected` it has no tokens any more, because somebody here wanted it so.
    """

    account_id: str
    provider: str
    participant_id: str
    provider_user_id: str | None
    state: str
    scopes: tuple[str, ...]
    consent_expires_at: datetime | None
    connected_at: datetime
    last_success_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    is_synthetic: bool
    is_disconnected: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "scopes", tuple(self.scopes))

    @property
    def is_usable(self) -> bool:
        """Whether it may be called."""
        return self.state in USABLE


def make_account_id(provider: str, participant_id: str) -> str:
    """The subject of all rows of an account."""
    return f"{provider}:{participant_id}"


def list_accounts(dsn: str, provider: str | None = None) -> list[Account]:
    """All accounts, or those of one provider."""
    return _accounts(dsn, provider=provider, account_id=None)


def find_account(dsn: str, account_id: str) -> Account | None:
    """One account, if it was ever connected."""
    return next(iter(_accounts(dsn, provider=None, account_id=account_id)), None)


def note_success(dsn: str, account_id: str) -> None:
    """Everything that was asked for was read."""
    _execute(dsn, "note_success", account_id=account_id)


def note_failure(dsn: str, account_id: str, error: ApiError) -> None:
    """Remember an error; a refused token stops all calls until the account is connected again."""
    needs_consent = isinstance(error, ConsentNeededError)
    line = first_line(error)
    _execute(dsn, "note_failure", account_id=account_id, error=line, needs_consent=needs_consent)


def connect_account(
    dsn: str,
    vault: Vault,
    provider: str,
    participant_id: str,
    tokens: TokenAnswer,
    provider_user_id: str | None = None,
    is_synthetic: bool = False,
) -> Account:
    """Store a consent: a new account, or a known one that begins anew.

    Raises:
        AccountError: the user belongs to another participant, the participant to another user, or
            the participant was deleted for good.
    """
    assert tokens.refresh_token
    account_id = make_account_id(provider, participant_id)
    account = {
        "account_id": account_id,
        "provider": provider,
        "participant_id": participant_id,
        "provider_user_id": provider_user_id,
        "scopes": list(tokens.scopes or ()),
        "consent_expires_at": tokens.consent_expires_at,
        "is_synthetic": is_synthetic,
    }
    with warehouse.connect(dsn, role="loader") as connection:
        refuse_deleted(connection, account_id)
        others = connection.execute(statement("same_user"), account).fetchall()
        _refuse_mixing(others, participant_id)
        connection.execute(statement("connect_account"), account)
        secrets = {
            "account_id": account_id,
            "access_token": vault.encrypt(tokens.access_token),
            "refresh_token": vault.encrypt(tokens.refresh_token),
            "access_expires_at": tokens.access_expires_at,
        }
        connection.execute(statement("save_tokens"), secrets)
    found = find_account(dsn, account_id)
    assert found
    return found


def disconnect_account(dsn: str, account_id: str) -> None:
    """Delete the tokens of an account; its data stays."""
    _execute(dsn, "disconnect_account", account_id=account_id)


def refresh_token(dsn: str, account_id: str, vault: Vault) -> str | None:
    """The refresh token or API key of an account, to give it back; None if there is none."""
    with warehouse.connect(dsn, role="loader") as connection:
        values = {"account_id": account_id}
        row = connection.execute(statement("read_tokens"), values).fetchone()
    return vault.decrypt(row[1]) if row else None


def encrypt_anew(dsn: str, vault: Vault) -> int:
    """Encrypt all tokens with the newest key; returns how many accounts have some."""
    with warehouse.connect(dsn, role="loader") as connection:
        rows = connection.execute(statement("list_tokens")).fetchall()
        for account_id, access_token, refresh_token in rows:
            values = {
                "account_id": account_id,
                "access_token": access_token and vault.encrypt_anew(access_token),
                "refresh_token": vault.encrypt_anew(refresh_token),
            }
            connection.execute(statement("encrypt_anew"), values)
    return len(rows)


def _refuse_mixing(others: list[tuple[str, str]], participant_id: str) -> None:
    """One person's data must not become another's."""
    for other, _ in others:
        if other != participant_id:
            raise AccountError(
                f"this user of the provider is connected as participant {other} already"
            )
        raise AccountError(
            f"participant {participant_id} was connected as another user of the provider: log in "
            "there as that user, or choose another participant id"
        )


def _accounts(dsn: str, **values: Any) -> list[Account]:
    with warehouse.connect(dsn, role="loader") as connection:
        cursor = connection.cursor(row_factory=class_row(Account))
        found = cursor.execute(statement("list_accounts"), values)
        return found.fetchall()


def _execute(dsn: str, name: str, **values: Any) -> None:
    with warehouse.connect(dsn, role="loader") as connection:
        connection.execute(statement(name), values)
