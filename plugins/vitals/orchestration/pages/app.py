"""pages.app: the page "Vitals" as a FastAPI application inside Airflow's API server.

Airflow does not guard what a plugin mounts. Every route here asks for Airflow's own login, by
cookie or bearer token, and for the right to see plugins; there are no other routes.
"""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from vitals import settings
from vitals.orchestration.pages import filters, links
from vitals.orchestration.pages.data_flow import data_flow
from vitals.orchestration.pages.overview import read_overview
from vitals.setting_values import SettingError
from vitals.warehouse import WarehouseError


@cache
def application() -> FastAPI:
    """The application. Its own description is left out: it would be open to everybody."""
    app = FastAPI(
        title="Vitals",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(requires_access_view(AccessView.PLUGINS))],
    )
    app.get("/", response_class=HTMLResponse)(overview_page)
    return app


def overview_page(session: SessionDep) -> HTMLResponse:
    """How the warehouse does. Not async: its queries wait in a thread of their own."""
    flow = data_flow(session)
    try:
        given = settings.load()
        overview = read_overview(given.warehouse_dsn, given.environment)
    except (WarehouseError, SettingError) as error:
        return _page("unreachable.html", status=503, flow=flow, problem=str(error))
    return _page("overview.html", flow=flow, overview=overview)


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    text = _environment().get_template(template).render(nonce=nonce, links=links(), **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(text, status_code=status, headers=headers)


@cache
def _environment() -> Environment:
    """Everything that is shown was written by others: all of it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True
    )
    environment.filters.update(filters.FILTERS)
    return environment
