"""Everything that one running simulator holds."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vitals.simulator.clock import Clock
from vitals.simulator.dialect import Dialect
from vitals.simulator.faults import Faults
from vitals.simulator.ledger import Ledger
from vitals.simulator.limits import RequestLimits
from vitals.simulator.oauth.tokens import TokenStore
from vitals.simulator.settings import ProviderSettings, default_settings
from vitals.simulator.truth import Account, Truth, View


@dataclass(frozen=True)
class Options:
    """What a simulator is started with.

    Attributes:
        seed: which people.
        accounts: how many.
        now: simulated time at the start; None is the real time.
        frozen: whether the simulated time stands still.
        heart_rate_interval: seconds between heart-rate samples outside exercises.
        token_file: where grants survive a restart; None keeps them in memory.
    """

    seed: int = 1
    accounts: int = 5
    now: datetime | None = None
    frozen: bool = False
    heart_rate_interval: int = 60
    token_file: Path | None = None


@dataclass
class Simulator:
    """State behind all endpoints; one event loop uses it, so nothing needs a lock."""

    truth: Truth
    clock: Clock
    tokens: TokenStore
    limits: RequestLimits
    faults: Faults
    ledger: Ledger = field(default_factory=Ledger)
    settings: dict[str, ProviderSettings] = field(default_factory=default_settings)
    dialects: dict[str, Dialect] = field(default_factory=dict)

    @classmethod
    def start(cls, options: Options) -> "Simulator":
        """Set up the state for some options."""
        clock = Clock(options.now, options.frozen)
        return cls(
            truth=Truth(options.seed, options.accounts, options.heart_rate_interval),
            clock=clock,
            tokens=TokenStore(options.token_file),
            limits=RequestLimits(clock),
            faults=Faults(options.seed),
        )

    def view(self, account: Account) -> View:
        """What is known of an account at the simulated time."""
        return self.truth.view(account, self.clock.now())
