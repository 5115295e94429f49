"""Authorization endpoint: request -> consent page, or at once a code for tests.

A test chooses by the query parameter or cookie `simulator_account=<number>` and may drop scopes
with `simulator_scopes` or refuse with `simulator_consent=deny`; a browser gets the page.
"""

import time
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from vitals.simulator.dialect import Dialect
from vitals.simulator.oauth.consent import consent_page
from vitals.simulator.oauth.tokens import CODE_SECONDS, Code
from vitals.simulator.state import Simulator

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
OWN_PARAMETERS = (
    "simulator_account",
    "simulator_scopes",
    "simulator_consent",
    "granted",
    "decision",
)


async def authorize(simulator: Simulator, provider: str, request: Request) -> Response:
    """Answer GET (show the page, or redirect for tests) and POST (the page's form)."""
    dialect = simulator.dialects[provider]
    if simulator.settings[provider].is_gone:
        return PlainTextResponse(dialect.gone_message, 410)
    form = await request.form() if request.method == "POST" else None
    parameters = {
        name: str(value)
        for name, value in {**request.query_params, **(form or {})}.items()
        if name not in OWN_PARAMETERS
    }
    problem = refusal(simulator, provider, parameters)
    if problem:
        return PlainTextResponse(f"Authorization error: {problem}", 400)
    asked = split_scopes(parameters.get("scope", ""))
    unknown = [scope for scope in asked if scope not in dialect.scopes]
    if unknown and provider != "google_health":
        return back(parameters, {"error": "invalid_scope"})
    if form is not None:
        granted = tuple(str(scope) for scope in form.getlist("granted"))
        account, allowed = str(form.get("simulator_account", "")), form.get("decision") == "allow"
    else:
        chosen = request.query_params.get("simulator_account")
        account = chosen or request.cookies.get("simulator_account", "")
        if not account:
            return page(simulator, provider, dialect, asked, parameters)
        granted = tuple(split_scopes(request.query_params.get("simulator_scopes", "")) or asked)
        allowed = request.query_params.get("simulator_consent", "allow") == "allow"
    if not allowed:
        return back(parameters, {"error": "access_denied"})
    return redirect_with_code(simulator, provider, parameters, int(account), granted)


def page(
    simulator: Simulator,
    provider: str,
    dialect: Dialect,
    asked: list[str],
    parameters: dict[str, str],
) -> Response:
    """The consent page."""
    meanings = {scope: dialect.scopes.get(scope, scope) for scope in asked}
    hint = parameters.get("login_hint", "")
    chosen = next(
        (
            str(one.number)
            for one in simulator.truth.accounts
            if hint and hint == one.participant_id
        ),
        "",
    )
    accounts = simulator.truth.accounts
    return HTMLResponse(consent_page(dialect.title, accounts, meanings, parameters, chosen))


def refusal(simulator: Simulator, provider: str, parameters: dict[str, str]) -> str | None:
    """Why a request cannot even be redirected back, or why its PKCE is not acceptable."""
    target = urlsplit(parameters.get("redirect_uri", ""))
    if parameters.get("client_id") != simulator.settings[provider].client_id:
        return "invalid_client: the OAuth client was not found"
    if parameters.get("response_type") != "code":
        return "unsupported_response_type: only code"
    if target.scheme != "https" and not (target.scheme == "http" and target.hostname in LOOPBACK):
        return "redirect_uri_mismatch: use https, or http on a loopback address"
    if "code_challenge" in parameters and parameters.get("code_challenge_method") != "S256":
        return "invalid_request: code_challenge_method must be S256"
    return None


def redirect_with_code(
    simulator: Simulator,
    provider: str,
    parameters: dict[str, str],
    number: int,
    granted: tuple[str, ...],
) -> Response:
    """Redirect back with a code for the account."""
    dialect = simulator.dialects[provider]
    first = not simulator.tokens.has_grant(provider, number)
    simulator.truth.account(number)
    code = simulator.tokens.add_code(
        Code(
            provider=provider,
            account=number,
            scopes=granted,
            redirect_uri=parameters["redirect_uri"],
            challenge=parameters.get("code_challenge"),
            offline=dialect.issues_refresh_token(parameters, first),
            expires_at=time.time() + CODE_SECONDS,
        )
    )
    return back(parameters, {"code": code, **dialect.callback_parameters(granted)})


def back(parameters: dict[str, str], answer: dict[str, str]) -> Response:
    """Redirect to the client with an answer and the state that it sent."""
    state = {"state": parameters["state"]} if "state" in parameters else {}
    target = parameters["redirect_uri"]
    joint = "&" if "?" in target else "?"
    return RedirectResponse(target + joint + urlencode({**answer, **state}), 302)


def split_scopes(scopes: str) -> list[str]:
    """Scopes of a parameter, separated by spaces or commas."""
    return scopes.replace(",", " ").split()
