"""responses: what a route may answer, for the API's own description."""

from typing import Any

from vitals.api import media
from vitals.api.models import ProblemDocument
from vitals.api.problems import MEDIA_TYPE

_WHY = {
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token has another scope.",
    404: "Not there, or not among what the token may see.",
    406: "None of the forms that Accept names.",
    422: "A parameter cannot be used.",
    429: "Too many requests with this token; Retry-After says how long to wait.",
    503: "The warehouse cannot be reached, or has no tables yet.",
    504: "The query took too long.",
}
_PROBLEM_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
_BINARY = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_ETAG = {
    "description": "Send it back as If-None-Match: 304 says that nothing has changed.",
    "schema": {"type": "string"},
}


def table(model: type, example: Any = None) -> dict[int | str, dict[str, Any]]:
    """A table in all forms; `model` is the one of JSON."""
    json = {"example": example} if example else {}
    return {
        200: {
            "model": model,
            "description": "The rows.",
            "headers": {"ETag": _ETAG},
            "content": {
                media.JSON: json,
                media.CSV: {"schema": {"type": "string"}},
                media.ARROW: _BINARY,
                media.PARQUET: _BINARY,
            },
        },
        304: {"description": "What the client has (If-None-Match) is still right."},
        **problems(),
    }


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What can go wrong; all of it if none is named."""
    return {
        status: {"description": _WHY[status], "content": _PROBLEM_CONTENT}
        for status in statuses or _WHY
    }


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """The description of the whole API: with our problems instead of FastAPI's own errors."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema()
    return schema
