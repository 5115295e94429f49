"""documentation: the page /docs, with all its assets from this machine."""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.staticfiles import StaticFiles

ASSETS = Path(fastapi_offline.__file__).parent / "static"


def install(app: FastAPI) -> None:
    """Add /docs and its assets; no browser that opens it asks another machine for anything."""
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="assets")
    app.add_route("/docs", _docs, include_in_schema=False)


def _docs(request: Request) -> Response:
    root = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title="Vitals Warehouse API",
        swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{root}/docs/assets/favicon.png",
        swagger_ui_parameters={"persistAuthorization": False, "validatorUrl": None},
    )
