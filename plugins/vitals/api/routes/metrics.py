"""metrics: the catalogue, and the series of one metric of one participant at any resolution."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from vitals.api import cursors, ranges, responses
from vitals.api.access import Participant, Reader
from vitals.api.answers import Table, answer
from vitals.api.models import All, MetricEntry, Series, example
from vitals.api.parameters import Clocked, Parameters
from vitals.api.problems import Problem
from vitals.api.series import WHOLE_DAYS, Metric, Resolution, automatic, parameters, query
from vitals.api.statements import statement
from vitals.api.windows import Window

router = APIRouter(tags=["metrics"])

_EXAMPLE = example(
    Series,
    participant_id="p0001",
    metric="heart_rate",
    unit="/min",
    statistic="point",
    resolution="minute",
    start="2026-11-20T10:00:00Z",
    end="2026-11-20T10:02:00Z",
    data=[
        {"time": "2026-11-20T10:00:00Z", "value": 61.5, "min": 60, "max": 63, "samples": 4,
         "source": "iot"},
        {"time": "2026-11-20T10:01:00Z", "value": 64.25, "min": 62, "max": 66, "samples": 4,
         "source": "iot"},
    ],
    next_cursor=None,
)  # fmt: skip


class SeriesParameters(Clocked):
    """Which part of a series, and how fine."""

    resolution: Literal["auto", "raw", "minute", "hour", "day", "week", "month"] = Field(
        default="auto",
        description="How fine. `auto`: the finest that gives no more than `max_points` points.",
    )
    max_points: int = Field(
        default=3000, ge=10, le=20_000, description="What a chart can take, for `auto`."
    )


@router.get(
    "/metrics", summary="The catalogue of metrics", responses=responses.table(All[MetricEntry])
)
async def list_metrics(
    request: Request, reader: Reader, asked: Annotated[Parameters, Query()]
) -> Response:
    """The vocabulary: every metric with its unit, codes and the resolutions it can be had at."""
    entries = {name: metric.catalogue for name, metric in (await catalogue(request)).items()}
    table = Table(
        query=statement("metrics"),
        parameters={},
        document=lambda rows: {"data": [entries[row["metric"]] for row in rows]},
    )
    return await answer(request, reader, table, None)


@router.get(
    "/participants/{participant_id}/metrics/{metric}",
    summary="One metric at any resolution",
    responses=responses.table(Series, _EXAMPLE),
)
async def get_series(
    request: Request,
    reader: Reader,
    participant_id: Participant,
    metric: Annotated[
        str,
        Path(description="A metric of `/v1/metrics`.", max_length=200, examples=["heart_rate"]),
    ],
    asked: Annotated[SeriesParameters, Query()],
) -> Response:
    """Values of one metric in order of time.

    Minutes and hours are those of the source that the figures of the day are from; `raw` is every
    sample as it was recorded, of all sources. Without data there is no point.
    """
    found = (await catalogue(request)).get(metric)
    if not found:
        raise Problem(404, f"there is no metric {metric!r}: /v1/metrics lists them")
    window = await ranges.of_participant(request.app.state.database, participant_id, asked)
    resolution = await _resolution(request, participant_id, found, window, asked)
    about = {
        "participant_id": participant_id,
        "metric": found.name,
        "unit": found.row["unit"],
        "statistic": found.row["statistic"],
        "resolution": resolution,
        "start": window.start,
        "end": window.end,
    }
    is_local = asked.tz == "local" and resolution not in WHOLE_DAYS
    position, bounds = _position(asked, window, resolution)
    if resolution == "raw":
        bounds["device_ids"] = await _devices(request, participant_id)
    table = Table(
        query=query(found, resolution, is_local),
        parameters={"participant_id": participant_id, **parameters(found), **bounds},
        about=about,
        position=lambda rows: cursors.after_key(rows, "time", position, _kind(resolution)),
        versioned=resolution != "raw",  # samples show before the transformation has seen them
    )
    return await answer(request, reader, table, asked.limit)


async def catalogue(request: Request) -> dict[str, Metric]:
    """All metrics by name; the vocabulary is part of the code, so it is read once."""
    state = request.app.state
    if not getattr(state, "metrics", None):
        rows = await state.database.rows(statement("metrics"))
        metrics = [Metric(row) for row in rows]
        state.metrics = {metric.name: metric for metric in metrics if metric.resolutions}
    return state.metrics


async def _resolution(
    request: Request, participant_id: str, metric: Metric, window: Window, asked: SeriesParameters
) -> Resolution:
    if asked.resolution != "auto":
        return asked.resolution
    known: dict[str, int] = {}
    if metric.name == "heart_rate":
        days = {"participant_id": participant_id, **window.dates()}
        [known] = await request.app.state.database.rows(statement("point_counts"), days)
    return automatic(metric, window.days, known, asked.max_points)


async def _devices(request: Request, participant_id: str) -> list[str]:
    given = {"participant_id": participant_id}
    rows = await request.app.state.database.rows(statement("devices"), given)
    return [row["device_id"] for row in rows]


def _position(
    asked: SeriesParameters, window: Window, resolution: Resolution
) -> tuple[cursors.Position, dict]:
    """Where a page begins: the position in the cursor, and the bounds of the query."""
    kinds = {"since": _kind(resolution), "skip": cursors.a_count}
    position = cursors.decode(asked.cursor, kinds)
    is_days = resolution in WHOLE_DAYS
    bounds: dict = window.dates(resolution) if is_days else dict(window.instants)
    first = "first_date" if is_days else "start_ts"
    if position:
        bounds[first] = max(bounds[first], position["since"])
    return position, {**bounds, "skip": position.get("skip", 0)}


def _kind(resolution: Resolution) -> Callable[[Any], Any]:
    """What reads the time of a position."""
    return cursors.a_date if resolution in WHOLE_DAYS else cursors.an_instant
