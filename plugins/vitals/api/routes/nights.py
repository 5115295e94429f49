"""nights: sleeps with their stages, and activities: what has a beginning and an end."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from vitals.api import cursors, ranges, responses
from vitals.api.access import Participant, Principal, Reader
from vitals.api.answers import Table, answer
from vitals.api.models import Activity, Page, SleepSession, SleepStage
from vitals.api.parameters import Clocked, Word
from vitals.api.series import with_clocks
from vitals.api.statements import as_part, compose, statement

router = APIRouter(tags=["sleep and activities"])

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SleepParameters(Clocked):
    """Which sleeps, and whether with their stages."""

    stages: bool = Field(default=False, description="Put the stages into each sleep, in JSON.")


class ActivityParameters(Clocked):
    """Which activities."""

    activity_type: Word | None = Field(default=None, description="Type.", examples=["running"])


@router.get(
    "/participants/{participant_id}/sleep",
    summary="Sleeps",
    responses=responses.table(Page[SleepSession]),
)
async def list_sleep_sessions(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    asked: Annotated[SleepParameters, Query()],
) -> Response:
    """Sleeps by the local day on which they ended; overlapping recordings are merged into one."""
    query = statement("sleep_sessions")
    if asked.stages:
        query = compose("sleep_sessions_with_stages", sessions=as_part(query))
    return await _intervals(request, reader, participant_id, asked, query)


@router.get(
    "/participants/{participant_id}/sleep/stages",
    summary="Sleep stages",
    responses=responses.table(Page[SleepStage]),
)
async def list_sleep_stages(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    asked: Annotated[Clocked, Query()],
) -> Response:
    """Stages of these sleeps, one row per uninterrupted stage, without overlap: a hypnogram."""
    return await _intervals(request, reader, participant_id, asked, statement("sleep_stages"))


@router.get(
    "/participants/{participant_id}/activities",
    summary="Activities",
    responses=responses.table(Page[Activity]),
)
async def list_activities(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    asked: Annotated[ActivityParameters, Query()],
) -> Response:
    """Activities by the local day on which they began."""
    more = {"activity_type": asked.activity_type}
    return await _intervals(request, reader, participant_id, asked, statement("activities"), more)


async def _intervals(
    request: Request,
    reader: Principal,
    participant_id: str,
    asked: Clocked,
    query: bytes,
    more: dict[str, Any] | None = None,
) -> Response:
    window = await ranges.of_participant(request.app.state.database, participant_id, asked)
    position = cursors.decode(asked.cursor, {"since": cursors.an_instant, "skip": cursors.a_count})
    if asked.tz == "local":
        query = with_clocks(query, ("start_time", "end_time"))
    table = Table(
        query=query,
        parameters={
            **window.instants,
            **(more or {}),
            "participant_id": participant_id,
            "since_ts": position.get("since", _LONG_AGO),
            "skip": position.get("skip", 0),
        },
        position=lambda rows: cursors.after_key(rows, "start_time", position, cursors.an_instant),
    )
    return await answer(request, reader, table, asked.limit)
