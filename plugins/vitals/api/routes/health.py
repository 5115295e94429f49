"""health: days, weeks and months with all figures, and the completeness of the cohort."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from psycopg import sql
from pydantic import Field

from vitals.api import cursors, ranges, responses
from vitals.api.access import Participant, Principal, Reader
from vitals.api.answers import Table, answer
from vitals.api.database import Row
from vitals.api.health_columns import columns, row_model, selected
from vitals.api.models import Completeness, Page
from vitals.api.parameters import Ranged
from vitals.api.problems import Problem
from vitals.api.statements import compose, statement
from vitals.api.windows import Window

router = APIRouter(tags=["health"])

TABLES = {"daily": "daily_health", "weekly": "weekly_health", "monthly": "monthly_health"}
_KEYS = {
    "daily_health": ("local_date", "day"),
    "weekly_health": ("week_start", "week"),
    "monthly_health": ("month_start", "month"),
}
_AFTER = {"after_participant": cursors.a_text, "after_date": cursors.a_date}


class HealthParameters(Ranged):
    """Which rows and which columns."""

    columns: str | None = Field(
        default=None,
        max_length=2000,
        description="Columns to read, separated by commas; the keys are always there. "
        "Default: all.",
        examples=["steps,sleep_minutes"],
    )


def _add(period: str, table: str) -> None:
    """One period has two routes: of one participant and of all that a token may see."""
    described = responses.table(Page[row_model(table)])  # type: ignore[misc, arg-type]  # made at run time

    async def of_participant(
        request: Request,
        reader: Reader,
        participant_id: Participant,
        asked: Annotated[HealthParameters, Query()],
    ) -> Response:
        window = await ranges.of_participant(request.app.state.database, participant_id, asked)
        return await _health(request, reader, table, window, asked, participant_id)

    async def of_cohort(
        request: Request, reader: Reader, asked: Annotated[HealthParameters, Query()]
    ) -> Response:
        return await _health(request, reader, table, ranges.of_cohort(asked), asked, None)

    router.add_api_route(
        f"/participants/{{participant_id}}/health/{period}",
        of_participant,
        name=f"get_{table}",
        summary=f"{period.title()} health of one participant",
        description="The figures of `agg." + table + "`, with their units in their names. A value "
        "that was not measured is null. Columns that were not asked for are left out.",
        responses=described,
    )
    router.add_api_route(
        f"/health/{period}",
        of_cohort,
        name=f"list_{table}",
        summary=f"{period.title()} health of all participants that the token may see",
        description="The same for everybody, by participant and date. Default range: the last 30 "
        "days.",
        responses=described,
    )


for _period, _table in TABLES.items():
    _add(_period, _table)


@router.get(
    "/cohort/completeness",
    summary="The grid of participant and day",
    responses=responses.table(Page[Completeness]),
)
async def get_completeness(
    request: Request, reader: Reader, asked: Annotated[Ranged, Query()]
) -> Response:
    """The grid of participant and local day: wear minutes, whether the day is valid, what there is.

    A day without any data has no row. By default the last 30 days up to today.
    """
    parameters = {"visible": reader.visible, **ranges.of_cohort(asked).dates()}
    return await _by_person_and_date(
        request, reader, asked, statement("completeness"), parameters, "local_date"
    )


async def _health(
    request: Request,
    reader: Principal,
    table: str,
    window: Window,
    asked: HealthParameters,
    participant_id: str | None,
) -> Response:
    date_column, period = _KEYS[table]
    query = _query(table, _columns(table, date_column, asked))
    parameters = {
        "participant_id": participant_id,
        "visible": reader.visible,
        **window.dates(period),
    }
    return await _by_person_and_date(request, reader, asked, query, parameters, date_column)


async def _by_person_and_date(
    request: Request,
    reader: Principal,
    asked: Ranged,
    query: bytes,
    parameters: dict[str, Any],
    date_column: str,
) -> Response:
    def position(rows: Iterator[Row]) -> cursors.Position:
        last = next(rows)
        return {"after_participant": last["participant_id"], "after_date": last[date_column]}

    after = dict.fromkeys(_AFTER) | cursors.decode(asked.cursor, _AFTER)
    table = Table(query=query, parameters=parameters | after, position=position)
    return await answer(request, reader, table, asked.limit)


@lru_cache(maxsize=1000)  # whoever asks chooses the columns
def _query(table: str, names: tuple[str, ...]) -> bytes:
    return compose(
        "health",
        table=sql.Identifier(table),
        period=sql.Identifier(_KEYS[table][0]),
        columns=selected(table, names),
    )


def _columns(table: str, date_column: str, asked: HealthParameters) -> tuple[str, ...]:
    """The columns that are asked for, behind the keys, in the order of the table."""
    known = columns(table)
    if asked.columns is None:
        return known
    wanted = {name.strip() for name in asked.columns.split(",") if name.strip()}
    if unknown := wanted - set(known):
        detail = f"{table} has no column {min(unknown)!r}"
        raise Problem(422, detail, errors=[{"parameter": "columns", "detail": detail}])
    wanted |= {"participant_id", date_column}
    return tuple(name for name in known if name in wanted)
