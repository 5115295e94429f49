"""What a provider folder exports: its dialect and its endpoints; and what a handler is given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from vitals.simulator.dialect import Dialect
from vitals.simulator.faults import Fault
from vitals.simulator.settings import ProviderSettings
from vitals.simulator.state import Simulator
from vitals.simulator.truth import Account, View


@dataclass
class Reply:
    """An answer that is more than JSON with status 200."""

    payload: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass
class Call:
    """One authenticated request on its way to a handler."""

    simulator: Simulator
    provider: str
    dialect: Dialect
    account: Account
    scopes: tuple[str, ...]
    request: Request
    body: bytes
    fault: Fault | None

    @property
    def view(self) -> View:
        """What is known of the account now."""
        return self.simulator.view(self.account)

    @property
    def settings(self) -> ProviderSettings:
        """Settings of the provider."""
        return self.simulator.settings[self.provider]

    @property
    def query(self) -> dict[str, str]:
        """Query parameters, the last of each name."""
        return dict(self.request.query_params)

    @property
    def path(self) -> dict[str, str]:
        """Values of the path's placeholders."""
        return self.request.path_params

    def require(self, *scopes: str) -> None:
        """Refuse the call unless one of the scopes was granted.

        Raises:
            ApiError: in the provider's shape.
        """
        if not set(scopes) & set(self.scopes):
            raise self.dialect.error("scope_missing")

    def page_fault(self, kind: str) -> Fault | None:
        """The fault of this call if it is a paging fault of that kind."""
        return self.fault if self.fault and self.fault.kind == kind else None


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Endpoint:
    """One path of a provider; `scopes` are alternatives, empty means any token will do."""

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provider:
    """A provider as the server mounts it.

    Attributes:
        name: word for it everywhere; also its base path.
        dialect: how it words what is not data.
        endpoints: its API.
        authorize_path: page on which a person consents, or None where there is no OAuth.
        token_path: where codes and refresh tokens become access tokens.
        revoke_path: where a token is given back.
        answer_page: answers `authorize_path` where it is not an OAuth consent page.
        answer_token: answers `token_path` where it is not an OAuth token endpoint.
    """

    name: str
    dialect: Dialect
    endpoints: tuple[Endpoint, ...]
    authorize_path: str | None = None
    token_path: str | None = None
    revoke_path: str | None = None
    answer_page: Callable[..., Any] | None = None
    answer_token: Callable[..., Any] | None = None
