"""Options -> ASGI application: each provider under its base path, switches under /_simulator."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vitals.simulator import admin, fitbit, garmin, google_health, strava
from vitals.simulator.errors import ApiError
from vitals.simulator.oauth import authorize, exchange
from vitals.simulator.pipeline import answer, as_response, refuse, spoil, wait_for
from vitals.simulator.provider import Endpoint, Provider, Reply
from vitals.simulator.state import Options, Simulator

PROVIDERS: tuple[Provider, ...] = (
    google_health.PROVIDER,
    fitbit.PROVIDER,
    strava.PROVIDER,
    garmin.PROVIDER,
)
Answer = Callable[[Request], Awaitable[Response]]


def build_app(options: Options) -> Starlette:
    """The application; its state is `app.state.simulator`."""
    simulator = Simulator.start(options)
    routes: list[BaseRoute] = [Route("/", index), *admin.routes(simulator)]
    for provider in PROVIDERS:
        simulator.dialects[provider.name] = provider.dialect
        routes += provider_routes(simulator, provider)
    app = Starlette(routes=routes)
    app.state.simulator = simulator
    return app


async def index(request: Request) -> Response:
    """Base, authorization and token addresses of each provider."""
    base = str(request.base_url).rstrip("/")
    return JSONResponse(
        {
            provider.name: {
                name: f"{base}/{provider.name}{path}"
                for name, path in (
                    ("api", "/"),
                    ("authorize", provider.authorize_path),
                    ("token", provider.token_path),
                    ("revoke", provider.revoke_path),
                )
                if path
            }
            for provider in PROVIDERS
        }
    )


def provider_routes(simulator: Simulator, provider: Provider) -> list[BaseRoute]:
    """All routes of one provider; the last one answers 404 in its shape."""
    base = f"/{provider.name}"
    routes: list[BaseRoute] = []
    for endpoint in provider.endpoints:
        ask = api_route(simulator, provider, endpoint)
        routes.append(Route(base + endpoint.path, ask, methods=[endpoint.method]))
    if provider.authorize_path:
        page = authorize_route(simulator, provider)
        routes.append(Route(base + provider.authorize_path, page, methods=["GET", "POST"]))
    if provider.token_path:
        ask = oauth_route(simulator, provider, provider.answer_token or token_answer)
        routes.append(Route(base + provider.token_path, ask, methods=["POST"]))
    if provider.revoke_path:
        ask = oauth_route(simulator, provider, revoke_answer)
        routes.append(Route(base + provider.revoke_path, ask, methods=["POST"]))
    unknown = Endpoint("GET", "/{rest:path}", not_found(provider))
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    ask = api_route(simulator, provider, unknown)
    routes.append(Route(base + unknown.path, ask, methods=methods))
    return routes


def api_route(simulator: Simulator, provider: Provider, endpoint: Endpoint) -> Answer:
    """Route of an API endpoint."""

    async def ask(request: Request) -> Response:
        return await answer(simulator, provider, endpoint, request)

    return ask


def authorize_route(simulator: Simulator, provider: Provider) -> Answer:
    """Route of the consent page."""
    show = provider.answer_page or authorize.authorize

    async def ask(request: Request) -> Response:
        return await show(simulator, provider.name, request)

    return ask


def oauth_route(simulator: Simulator, provider: Provider, work: Callable) -> Answer:
    """Route of a token or revocation endpoint; faults reach it too."""

    async def ask(request: Request) -> Response:
        path = request.url.path.removeprefix(f"/{provider.name}")
        entry = simulator.ledger.open(provider.name, "POST", path, request.url.path, "")
        fault = simulator.faults.pick(provider.name, None, "POST", path)
        entry.fault = fault.kind if fault else None
        form = {**request.query_params, **(await request.form())}
        try:
            await wait_for(fault)
            if simulator.settings[provider.name].is_gone:
                raise provider.dialect.error("gone")
            refuse(provider, fault)
            reply = await work(simulator, provider, form, request.headers.get("authorization", ""))
            response = spoil(Reply(reply, headers={"Cache-Control": "no-store"}), fault)
        except ApiError as error:
            response = as_response(Reply(error.body, error.status, error.headers))
        entry.status = response.status_code
        return response

    return ask


async def token_answer(simulator: Simulator, provider: Provider, form: dict, header: str) -> dict:
    """Body of the token endpoint."""
    return await exchange.token(simulator, provider.name, form, header)


async def revoke_answer(simulator: Simulator, provider: Provider, form: dict, header: str) -> dict:
    """Body of the revocation endpoint; RFC 7009: an unknown token is no error."""
    bearer = header.removeprefix("Bearer ") if header.startswith("Bearer ") else None
    token = form.get("token") or form.get("access_token") or bearer
    if token:
        simulator.tokens.revoke(provider.name, token=token)
    return {}


def not_found(provider: Provider) -> Callable:
    """Handler of every path that the provider does not have."""

    def refuse(_: object) -> None:
        raise provider.dialect.error("not_found")

    return refuse
