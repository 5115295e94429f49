"""A provider with an API, as data: its resources, its limits, how an account is connected.

Orchestration, loading and accounts read these records; none of them knows a provider by name.
Importing a description costs nothing: what needs an SDK is imported when a client is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import pyarrow as pa
    import requests

    from vitals.sources._api.session import Explain
    from vitals.sources.rejected import Rejected


@dataclass(frozen=True)
class DateWindow:
    """Whole local days of the participant, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def pieces(self, most_days: int) -> "list[DateWindow]":
        """The window cut into pieces of at most `most_days` days, oldest first."""
        starts = range(0, self.days, most_days)
        return [
            DateWindow(first, min(first + timedelta(days=most_days - 1), self.last))
            for first in (self.first + timedelta(days=start) for start in starts)
        ]


@dataclass(frozen=True)
class Resource:
    """One kind of data of a provider, and the raw table it goes to.

    The table is `raw.<provider>__<name>`. Its rows carry `account_id` and, if the resource is
    kept by days, `local_date`: the participant's local day as the provider counts it.

    Attributes:
        name: the resource in raw.loads and in the name of its table.
        scope: what the user must have granted; None if every account can read it.
        keeps: "days": what is stored of the days read is replaced by what was read now.
            "versions": a row is added when it differs from the newest one (profiles, devices).
        chunk_days: most days that one call of `fetch` may ask for.
        reread_days: how many days before the last complete one are read again, because providers
            restate them.
        key: columns of the natural key; the first one is `account_id`.
        time: the instant that partitions the table; None for a table without one.
        end_time: the last instant that a row covers, if it is not `time`.
        json: columns that hold JSON text.
        writes_wall_time: `time` holds local wall-clock time written as if it were UTC, because
            the provider tells no offset; stage converts it.
    """

    name: str
    scope: str | None = None
    keeps: Literal["days", "versions"] = "days"
    chunk_days: int = 30
    reread_days: int = 3
    key: tuple[str, ...] = ("account_id", "ts")
    time: str | None = "ts"
    end_time: str | None = None
    json: frozenset[str] = frozenset({"extra"})
    writes_wall_time: bool = False


@dataclass(frozen=True)
class Limit:
    """How many requests a provider allows in windows that are aligned to the clock (UTC)."""

    name: str
    per: Literal["account", "app"]
    requests: int
    seconds: int


@dataclass(frozen=True)
class Usage:
    """How much of one limit is used, as the headers of an answer tell it.

    `resets_in_seconds` is None where the window is aligned to the clock.
    """

    limit: str
    requests: int
    allowed: int
    resets_in_seconds: int | None = None


def standard_error_code(body: Any) -> str | None:
    """OAuth's word for what is wrong (RFC 6749, 5.2), such as invalid_grant, or None."""
    return body.get("error") if isinstance(body, dict) else None


@dataclass(frozen=True)
class OAuth:
    """How an account is connected by OAuth's authorization-code flow with PKCE.

    Attributes:
        authorize_url: where the user agrees.
        token_url: where codes and refresh tokens are exchanged.
        scopes: what is asked for.
        scope_separator: what stands between scopes in the request.
        client_auth: whether client id and secret travel in an `Authorization` header or the body.
        authorize_params: further parameters of the authorization request.
        grants_all_scopes: whether the token answer leaves out the scopes when all were granted.
        revoke_url: where consent is given back; None where there is no such place.
        revoke_param: name of the parameter that carries the token there.
        error_code: OAuth's word for the error in a body of the token address, where the provider
            words it in its own way.
    """

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    scope_separator: str = " "
    client_auth: Literal["header", "body"] = "body"
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    grants_all_scopes: bool = False
    revoke_url: str | None = None
    revoke_param: str = "token"
    error_code: Callable[[Any], str | None] = standard_error_code


@dataclass(frozen=True)
class ApiKey:
    """How an account is connected by a key that its user makes on a page of the provider.

    Attributes:
        page_url: where the user makes the key.
        token_url: a POST with the header `Authorization: <scheme> <key>` returns an access token;
            the body is the token itself, a JWT that tells its own end.
        scheme: first word of that header.
    """

    page_url: str
    token_url: str
    scheme: str = "ApiKey"


@dataclass(frozen=True)
class Probe:
    """A cheap call that shows whether a token works, and whose it is.

    Attributes:
        path: GET, added to the base URL; every account may make the call.
        user_id: how the provider names the user, from the JSON of the answer.
    """

    path: str
    user_id: Callable[[Any], str | None]


@dataclass
class Fetched:
    """What one call of a client brought, for whole days of one resource.

    Attributes:
        rows: the valid rows with the columns of the raw table but `account_id` and `load_id`,
            sorted by the key; None or empty if the provider has nothing.
        rejected: records that failed validation.
        responses: answers of the provider that were read.
        unknown_fields: names of fields that no model knows; their values are in `extra`.
    """

    rows: "pa.Table | None" = None
    rejected: "list[Rejected]" = field(default_factory=list)
    responses: int = 0
    unknown_fields: set[str] = field(default_factory=set)


class Client(Protocol):
    """Reads one account of one provider."""

    def fetch(self, resource: str, window: DateWindow) -> Fetched:
        """All pages of a resource for whole local days.

        Raises:
            ApiError: the days could not be read whole; nothing of them is returned.
        """

    def last_complete_date(self) -> date | None:
        """Local day up to which the account's devices have synced; None if nobody can tell.

        Raises:
            ApiError: it could not be read.
        """


@dataclass(frozen=True)
class ApiSpec:
    """A provider with an API.

    Attributes:
        name: the provider's word everywhere: folder, DAG prefix, raw table prefix, account ids.
        title: its name for people.
        base_url: address of its API, without a trailing slash.
        hosts: `host:port` that answer when it can be reached.
        resources: what it delivers, in the order in which a run reads it.
        limits: its documented limits.
        oauth: how accounts are connected; None where the user makes a key.
        api_key: how accounts are connected where the user makes a key.
        probe: shows whether an account's token works.
        make_client: (session, account id) -> client. The session replaces `base_url` if the
            settings say so, adds the token, counts requests against the limits and tries
            again what is worth it.
        read_usage: what the headers of an answer tell about the limits.
        explain: the error behind a status and body that need the provider's own words.
        empty_means_nothing: whether it answers without a body where it has no data.
    """

    name: str
    title: str
    base_url: str
    hosts: tuple[str, ...]
    resources: tuple[Resource, ...]
    limits: tuple[Limit, ...]
    oauth: OAuth | None
    make_client: "Callable[[requests.Session, str], Client]"
    read_usage: Callable[[Mapping[str, str]], list[Usage]] = lambda headers: []
    explain: "Explain | None" = None
    empty_means_nothing: bool = False
    api_key: ApiKey | None = None
    probe: Probe | None = None

    def resource(self, name: str) -> Resource:
        """The resource of that name.

        Raises:
            KeyError: there is none.
        """
        for item in self.resources:
            if item.name == name:
                return item
        raise KeyError(name)

    def table(self, resource: Resource) -> str:
        """Name of a resource's table in schema raw."""
        return f"{self.name}__{resource.name}"
