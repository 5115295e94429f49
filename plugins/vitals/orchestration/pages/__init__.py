"""pages: what Airflow's own web UI shows of Vitals Warehouse.

Light, because every process of Airflow imports it: the application is built at the first request.
"""

import os
from typing import Any
from urllib.parse import quote, urlsplit

from airflow.sdk import conf

PREFIX = "/vitals"

_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='{}' "
    "stroke-width='2' stroke-linecap='round' stroke-linejoin='round'>"
    "<path d='M3 12h4l3-8 4 16 3-8h4'/></svg>"
)


async def page_app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application of the page, made when it is first asked for."""
    from vitals.orchestration.pages.app import application

    await application()(scope, receive, send)


def navigation() -> list[dict[str, Any]]:
    """The entries of the navigation: the page inside Airflow, and links to what is beside it."""
    base = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
    entries: list[dict[str, Any]] = [
        {
            "name": "Vitals",
            "href": f"{base}{PREFIX}/",
            "destination": "nav",
            "url_route": "vitals",
            "nav_top_level": True,
            "icon": _icon("#3f3f46"),
            "icon_dark_mode": _icon("#e4e4e7"),
        }
    ]
    for name, address in links().items():
        entries.append({"name": name, "href": address, "destination": "nav", "category": "browse"})
    return entries


def links() -> dict[str, str]:
    """What runs beside Airflow, by name; `VITALS_DASHBOARD_URL` and `VITALS_API_URL` move it."""
    dashboard = f"http://127.0.0.1:{os.environ.get('VITALS_DASHBOARD_PORT') or 8501}"
    api = f"http://127.0.0.1:{os.environ.get('VITALS_API_PORT') or 8000}"
    return {
        "Health dashboard": os.environ.get("VITALS_DASHBOARD_URL") or dashboard,
        "Health data API": f"{(os.environ.get('VITALS_API_URL') or api).rstrip('/')}/docs",
    }


def _icon(colour: str) -> str:
    return "data:image/svg+xml," + quote(_ICON.format(colour))
