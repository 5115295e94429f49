"""tokens: the stored tokens of an account -> access tokens, renewed ahead of their end.

Of all tasks that find a token too old one renews it: it holds the row while it asks the provider,
and stores what it got before anybody uses it. The others wait for the row and take the result.
Providers that rotate refresh tokens know only the newest, so a lost one means a lost account:

- it is stored before it is used, so a process may die at any point after the answer was stored;
- asking and storing happen in a thread of their own, because the signal that stops a task raises
  in the main thread only;
- if the database goes away in between, storing is tried again for a while.
"""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from vitals import warehouse
from vitals.accounts.errors import GrantRefusedError
from vitals.accounts.exchange import TokenAnswer, TokenSource
from vitals.accounts.statements import statement
from vitals.accounts.vault import Vault
from vitals.sources._api.errors import ConsentNeededError, StrangerError

log = logging.getLogger(__name__)

USABLE = ("active", "expiring")
# A token is renewed this long before its end, so that a long request does not outlive it.
LEEWAY = timedelta(minutes=5)
STORING_SECONDS = 60


class AccountTokens:
    """Access tokens of one account, shared with all processes through the database.

    It is `vitals.sources._api.session.Tokens`.

    Args:
        dsn: the warehouse.
        account_id: provider:participant.
        vault: decrypts what is stored.
        source: renews what is too old.
        is_synthetic: whether the simulator stands in for the provider.
    """

    def __init__(
        self, dsn: str, account_id: str, vault: Vault, source: TokenSource, is_synthetic: bool
    ) -> None:
        self._dsn, self._account_id = dsn, account_id
        self._vault, self._source, self._is_synthetic = vault, source, is_synthetic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def access_token(self) -> str:
        """One that is valid for some minutes yet.

        Raises:
            ConsentNeededError: a person must connect the account again.
            StrangerError: it is the simulator's token and we call the provider, or the reverse.
            ProviderUnavailableError: the provider did not renew it now.
        """
        return self._valid_token(refused=None)

    def renewed(self, refused: str) -> str:
        """Another one than `refused`; see `access_token`."""
        return self._valid_token(refused)

    def _valid_token(self, refused: str | None) -> str:
        with self._lock:
            if self._is_due(refused):
                with ThreadPoolExecutor(1, "renew-token") as thread:
                    thread.submit(self._read_or_renew, refused).result()
            assert self._token is not None
            return self._token

    def _is_due(self, refused: str | None) -> bool:
        return self._token in (None, refused) or datetime.now(UTC) >= self._renew_at

    def _read_or_renew(self, refused: str | None) -> None:
        with warehouse.connect(self._dsn, role="loader") as connection:
            self._take(self._row(connection, "read_tokens"))
            if not self._is_due(refused):
                return
            row = self._row(connection, "lock_tokens")
            self._take(row)
            if self._is_due(refused):
                self._renew(connection, row)

    def _row(self, connection: psycopg.Connection, name: str) -> dict[str, Any]:
        """The stored tokens.

        Raises:
            ConsentNeededError: the account may not be called.
            StrangerError: it may not be called there.
        """
        values = {"account_id": self._account_id}
        row = connection.cursor(row_factory=dict_row).execute(statement(name), values).fetchone()
        if row is None:
            raise ConsentNeededError(f"{self._account_id} is not connected: {self._remedy()}")
        if row["state"] not in USABLE:
            raise ConsentNeededError(f"{self._account_id} is {row['state']}: {self._remedy()}")
        if row["is_synthetic"] != self._is_synthetic:
            raise stranger(self._account_id, row["is_synthetic"])
        return row

    def _take(self, row: Mapping[str, Any]) -> None:
        """Use what is stored from now on."""
        if row["access_token"] is None or row["access_expires_at"] is None:
            return
        lifetime = row["access_expires_at"] - row["refreshed_at"]
        self._token = self._vault.decrypt(row["access_token"])
        self._renew_at = row["access_expires_at"] - min(LEEWAY, lifetime / 10)

    def _renew(self, connection: psycopg.Connection, row: Mapping[str, Any]) -> None:
        """Ask the provider while the row is held."""
        try:
            answer = self._source.renew(self._vault.decrypt(row["refresh_token"]))
        except GrantRefusedError as refusal:
            error = f"{refusal}: {self._remedy()}"
            has_ended = row["consent_expires_at"] and row["consent_expires_at"] <= datetime.now(UTC)
            state = "expired" if has_ended else refusal.state
            values = {"account_id": self._account_id, "state": state, "error": error}
            connection.execute(statement("set_state"), values)
            connection.commit()
            raise ConsentNeededError(error) from None
        self._store(connection, answer)
        log.info("%s: access token renewed", self._account_id)
        lifetime = answer.access_expires_at - datetime.now(UTC)
        self._token = answer.access_token
        self._renew_at = answer.access_expires_at - min(LEEWAY, lifetime / 10)

    def _store(self, connection: psycopg.Connection, answer: TokenAnswer) -> None:
        """Commit new tokens; through new connections if the one that holds the row is lost."""
        values = {
            "account_id": self._account_id,
            "access_token": self._vault.encrypt(answer.access_token),
            "refresh_token": self._vault.encrypt(answer.refresh_token)
            if answer.refresh_token
            else None,
            "access_expires_at": answer.access_expires_at,
            "consent_expires_at": answer.consent_expires_at,
        }
        try:
            connection.execute(statement("renew_tokens"), values)
            connection.commit()
        except psycopg.OperationalError:
            tries = Retrying(
                retry=retry_if_exception_type((psycopg.OperationalError, warehouse.WarehouseError)),
                stop=stop_after_delay(STORING_SECONDS),
                wait=wait_fixed(1),
                reraise=True,
            )
            tries(self._store_anew, values)

    def _store_anew(self, values: Mapping[str, Any]) -> None:
        with warehouse.connect(self._dsn, role="loader") as connection:
            connection.execute(statement("renew_tokens"), values)

    def _remedy(self) -> str:
        provider, _, participant = self._account_id.partition(":")
        return f"`vitals connect {provider} --participant {participant}` renews the consent"


def stranger(account_id: str, is_synthetic: bool) -> StrangerError:
    """Why tokens of an account are not sent where the settings point, and what to do."""
    provider, _, participant = account_id.partition(":")
    if is_synthetic:
        return StrangerError(
            f"{account_id} is an account of the simulator, whose token no real provider gets",
            f"`vitals disconnect {provider} --participant {participant}`, or SYNTHETIC=true",
        )
    return StrangerError(
        f"{account_id} is a real account, whose token the simulator does not get",
        "SYNTHETIC=false",
    )
