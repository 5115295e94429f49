"""operations: how the warehouse is doing, for tokens with the scope read-all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from vitals.api import cursors, responses
from vitals.api.access import Operator
from vitals.api.answers import Table, answer
from vitals.api.database import Row
from vitals.api.models import (
    AccountState,
    All,
    Freshness,
    Load,
    Page,
    RejectedRecord,
    RejectionReason,
)
from vitals.api.parameters import Paged, Parameters, Word
from vitals.api.statements import statement

router = APIRouter(prefix="/operations", tags=["operations"])

_SINCE = "Only what happened since this instant."


class LoadParameters(Paged):
    """Which loads."""

    source: Word | None = Field(default=None, description="Source.", examples=["iot"])
    resource: Word | None = Field(default=None, description="Resource of the source.")
    status: Word | None = Field(default=None, description="Status.", examples=["failed"])
    since: AwareDatetime | None = Field(default=None, description=_SINCE)


class RejectionParameters(Paged):
    """Which rejected records."""

    source: Word | None = Field(default=None, description="Source.", examples=["iot"])
    resource: Word | None = Field(default=None, description="Resource of the source.")
    load_id: int | None = Field(default=None, ge=0, lt=2**31, description="Load.")
    since: AwareDatetime | None = Field(default=None, description=_SINCE)


class ReasonParameters(Parameters):
    """Which rejected records are counted."""

    source: Word | None = Field(default=None, description="Source.", examples=["iot"])
    resource: Word | None = Field(default=None, description="Resource of the source.")
    since: AwareDatetime | None = Field(
        default=None, description=_SINCE + " Default: the last 30 days."
    )


class AccountParameters(Paged):
    """Which accounts."""

    provider: Word | None = Field(default=None, description="Provider.", examples=["garmin"])
    state: Word | None = Field(default=None, description="State.", examples=["expired"])


@router.get("/loads", summary="Loads", responses=responses.table(Page[Load]))
async def list_loads(
    request: Request, reader: Operator, asked: Annotated[LoadParameters, Query()]
) -> Response:
    """Loads, newest first: what was read and what became of every row."""
    parameters = {
        "source": asked.source,
        "resource": asked.resource,
        "status": asked.status,
        "since": asked.since,
    }
    return await _newest_first(request, reader, asked, "loads", parameters, "load_id")


@router.get(
    "/rejected-records", summary="Rejected records", responses=responses.table(Page[RejectedRecord])
)
async def list_rejected_records(
    request: Request, reader: Operator, asked: Annotated[RejectionParameters, Query()]
) -> Response:
    """Records that were refused, newest first, with the reason and without what they said."""
    parameters = {
        "source": asked.source,
        "resource": asked.resource,
        "load_id": asked.load_id,
        "since": asked.since,
    }
    return await _newest_first(
        request, reader, asked, "rejected_records", parameters, "rejected_id"
    )


@router.get(
    "/rejection-reasons",
    summary="Why records were rejected",
    responses=responses.table(All[RejectionReason]),
)
async def list_rejection_reasons(
    request: Request, reader: Operator, asked: Annotated[ReasonParameters, Query()]
) -> Response:
    """How many records were refused for which reason, most first."""
    parameters = {
        "source": asked.source,
        "resource": asked.resource,
        "since": asked.since or datetime.now(UTC) - timedelta(days=30),
    }
    table = Table(statement("rejection_reasons"), parameters, versioned=False)
    return await answer(request, reader, table, None)


@router.get(
    "/freshness", summary="Freshness of each source", responses=responses.table(All[Freshness])
)
async def list_freshness(
    request: Request, reader: Operator, asked: Annotated[Parameters, Query()]
) -> Response:
    """How old the data of each resource of each source is, and how its last load went."""
    table = Table(statement("freshness"), {}, versioned=False)
    return await answer(request, reader, table, None)


@router.get(
    "/accounts", summary="States of the accounts", responses=responses.table(Page[AccountState])
)
async def list_accounts(
    request: Request, reader: Operator, asked: Annotated[AccountParameters, Query()]
) -> Response:
    """The accounts at providers and their states."""
    kinds = {"after_participant": cursors.a_text, "after_provider": cursors.a_text}
    after = dict.fromkeys(kinds) | cursors.decode(asked.cursor, kinds)
    table = Table(
        query=statement("account_states"),
        parameters={"provider": asked.provider, "state": asked.state, **after},
        position=_after,
        versioned=False,
    )
    return await answer(request, reader, table, asked.limit)


def _after(rows: Iterator[Row]) -> cursors.Position:
    last = next(rows)
    return {"after_participant": last["participant_id"], "after_provider": last["provider"]}


async def _newest_first(
    request: Request,
    reader: Operator,
    asked: Paged,
    name: str,
    parameters: dict[str, Any],
    key: str,
) -> Response:
    before = {"before": None} | cursors.decode(asked.cursor, {"before": cursors.a_count})
    table = Table(
        query=statement(name),
        parameters=parameters | before,
        position=lambda rows: {"before": next(rows)[key]},
        versioned=False,
    )
    return await answer(request, reader, table, asked.limit)
