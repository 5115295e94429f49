"""ledger: what was expected of each participant and day, what came, and why it is missing."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from vitals.api import cursors, ranges, responses
from vitals.api.access import Participant, Principal, Reader
from vitals.api.answers import Table, answer
from vitals.api.database import Row
from vitals.api.models import LedgerDay, Page
from vitals.api.parameters import Ranged
from vitals.api.statements import statement
from vitals.api.windows import Window

router = APIRouter(tags=["ledger"])

_AFTER = {
    "after_participant": cursors.a_text,
    "after_date": cursors.a_date,
    "after_metric": cursors.a_text,
}


class LedgerParameters(Ranged):
    """Which days, and of which metric."""

    metric: Literal["heart_rate", "steps", "sleep"] | None = Field(
        default=None, description="Default: all three."
    )


@router.get(
    "/participants/{participant_id}/ledger",
    summary="The ledger of one participant",
    responses=responses.table(Page[LedgerDay]),
)
async def get_ledger(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    asked: Annotated[LedgerParameters, Query()],
) -> Response:
    """Days and metrics with what was expected, what came, and why something is missing.

    By default the last 30 days up to today.
    """
    return await _ledger(request, reader, ranges.of_cohort(asked), asked, participant_id)


@router.get(
    "/cohort/ledger",
    summary="The ledger of all participants that the token may see",
    responses=responses.table(Page[LedgerDay]),
)
async def list_ledger(
    request: Request, reader: Reader, asked: Annotated[LedgerParameters, Query()]
) -> Response:
    """The same for everybody, by participant, day and metric."""
    return await _ledger(request, reader, ranges.of_cohort(asked), asked, None)


async def _ledger(
    request: Request,
    reader: Principal,
    window: Window,
    asked: LedgerParameters,
    participant_id: str | None,
) -> Response:
    after = dict.fromkeys(_AFTER) | cursors.decode(asked.cursor, _AFTER)
    parameters = {
        "participant_id": participant_id,
        "visible": reader.visible,
        "metric": asked.metric,
        **window.dates(),
        **after,
    }
    # It changes with the clock and with the accounts, whether or not the transformation runs.
    table = Table(statement("ledger"), parameters, position=_position, versioned=False)
    return await answer(request, reader, table, asked.limit)


def _position(rows: Iterator[Row]) -> cursors.Position:
    last = next(rows)
    return {
        "after_participant": last["participant_id"],
        "after_date": last["local_date"],
        "after_metric": last["metric"],
    }
