"""A task in a process of its own: `worker.py <what> <account id> [count]`; see the tests."""

import hashlib
import os
import signal
import sys
import time

from vitals import settings as configuration
from vitals.accounts.budget import AccountMeter
from vitals.accounts.exchange import token_source
from vitals.accounts.tokens import AccountTokens
from vitals.accounts.vault import Vault
from vitals.sources import api_providers
from vitals.sources._api.errors import LimitReachedError


def main(what: str, account_id: str, count: str = "1") -> None:
    settings = configuration.load()
    spec = api_providers()[account_id.partition(":")[0]]
    if what == "requests":
        make_requests(settings, spec, account_id, int(count))
        return
    vault = Vault(settings.secrets.token_key)
    source = token_source(spec, settings.apis[spec.name])
    tokens = AccountTokens(settings.warehouse_dsn, account_id, vault, source, is_synthetic=True)
    if what == "interrupted":
        # As Airflow ends a task: an exception out of nowhere in the main thread.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    print("asking", flush=True)
    token = tokens.access_token()
    if what == "dies-before-use":
        os.kill(os.getpid(), signal.SIGKILL)
    print(hashlib.sha256(token.encode()).hexdigest(), flush=True)


def make_requests(settings, spec, account_id: str, count: int) -> None:
    meter = AccountMeter(settings.warehouse_dsn, spec, account_id, patience_seconds=0)
    made = 0
    for _ in range(count):
        try:
            meter.take()
        except LimitReachedError:
            break
        made += 1
        time.sleep(0.001)
    print(made, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
