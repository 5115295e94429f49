"""participants: who takes part, and how complete their recent data is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from vitals.api import cursors, ranges, responses
from vitals.api.access import Participant, Reader
from vitals.api.answers import Table, answer
from vitals.api.database import Row
from vitals.api.models import Page, ParticipantDetail, ParticipantSummary
from vitals.api.parameters import Ranged, Word
from vitals.api.problems import Problem
from vitals.api.statements import statement

router = APIRouter(tags=["participants"])

_FILTERS = (
    "search", "country_code", "gender", "min_age", "max_age", "synced_before", "synced_since",
    "min_valid_days", "max_valid_days",
)  # fmt: skip


class Filters(Ranged):
    """Which participants, and over which days their completeness is counted."""

    search: Word | None = Field(default=None, description="How the participant's id begins.")
    country_code: Word | None = Field(default=None, description="Country.", examples=["NO"])
    gender: Word | None = Field(default=None, description="Gender, in lower case.")
    min_age: int | None = Field(default=None, ge=0, le=150, description="Years, at least.")
    max_age: int | None = Field(default=None, ge=0, le=150, description="Years, at most.")
    synced_before: AwareDatetime | None = Field(
        default=None, description="Those who have sent nothing since this instant."
    )
    synced_since: AwareDatetime | None = Field(
        default=None, description="Those who have sent something since this instant."
    )
    min_valid_days: int | None = Field(default=None, ge=0, le=100_000, description="At least.")
    max_valid_days: int | None = Field(default=None, ge=0, le=100_000, description="At most.")


@router.get(
    "/participants",
    summary="Participants and how complete their data is",
    responses=responses.table(Page[ParticipantSummary]),
)
async def list_participants(
    request: Request, reader: Reader, filters: Annotated[Filters, Query()]
) -> Response:
    """Participants in the order of their ids, with last sync, valid days and completeness."""
    days = ranges.of_cohort(filters).dates()
    after = cursors.decode(filters.cursor, {"after": cursors.a_text})
    parameters = {
        **{name: getattr(filters, name) for name in _FILTERS},
        **_days(days),
        "visible": reader.visible,
        "participant_id": None,
        "after": None,
    }
    table = Table(
        query=statement("participants"),
        parameters=parameters | after,
        position=lambda rows: {"after": next(rows)["participant_id"]},
        versioned=False,  # a sync shows before the transformation runs
    )
    return await answer(request, reader, table, filters.limit)


@router.get(
    "/participants/{participant_id}",
    summary="One participant",
    responses=responses.table(ParticipantDetail),
)
async def get_participant(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    asked: Annotated[Ranged, Query()],
) -> Response:
    """One participant, with the history of their time zones in JSON."""
    database = request.app.state.database
    window = await ranges.of_participant(database, participant_id, asked)
    zones = await database.rows(statement("time_zones"), {"participant_id": participant_id})
    parameters = {
        **dict.fromkeys(_FILTERS),
        **_days(window.dates()),
        "visible": reader.visible,
        "participant_id": participant_id,
        "after": None,
    }
    table = Table(
        query=statement("participants"),
        parameters=parameters,
        versioned=False,
        document=lambda rows: {**_only(rows), "time_zones": zones},
    )
    return await answer(request, reader, table, None)


def _only(rows: list[Row]) -> Row:
    """The row of somebody who may have been deleted since their id was read."""
    if not rows:
        raise Problem(404, "there is no such participant any more")
    return rows[0]


def _days(dates: dict[str, Any]) -> dict[str, Any]:
    return {"first_date": dates["first_date"], "last_date": dates["last_date"]}
