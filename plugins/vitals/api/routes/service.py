"""service: whether the API is there, and what a token may see."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from vitals.api import responses
from vitals.api.access import Reader
from vitals.api.models import Health, Me
from vitals.api.parameters import Parameters

router = APIRouter(tags=["service"])


@router.get(
    "/health",
    summary="Whether the API is there",
    response_model=Health,
    responses=responses.problems(503),
)
async def health(request: Request) -> dict[str, str]:
    """Whether the API and its warehouse are there; needs no token."""
    await request.app.state.database.rows(b"select 1")
    return {"status": "ok"}


@router.get(
    "/v1/me",
    summary="What the token may see",
    response_model=Me,
    responses=responses.problems(401, 422, 429, 503),
)
async def me(reader: Reader, asked: Annotated[Parameters, Query()]) -> dict[str, Any]:
    """What the token of this request may see, and until when."""
    return {
        "token_name": reader.name,
        "scope": reader.scope,
        "study": reader.study,
        "participants": reader.visible,
        "expires_at": reader.expires_at,
    }
