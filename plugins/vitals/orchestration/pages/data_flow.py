"""pages.data_flow: Airflow's DAGs -> in the order in which data flows through them.

The layer is a DAG's tag, so a new DAG finds its place by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

# What happens in each layer, by tag. A DAG with several of them stands at the first, but at the
# archive if that is one of them: what it moves is raw.
LAYERS = {
    "raw": "Sources → raw",
    "stage": "raw → stage",
    "agg": "stage → agg",
    "archive": "raw ↔ archive",
    "accounts": "Care",
    "quality": "Care",
    "monitoring": "Care",
}


@dataclass(frozen=True)
class DagState:
    """A DAG and its newest run; `state` is None if it never ran."""

    dag_id: str
    is_paused: bool
    run_id: str | None
    state: str | None
    ran_at: datetime | None


@dataclass(frozen=True)
class Layer:
    """A step of the flow with its DAGs."""

    title: str
    dags: list[DagState]


def data_flow(session: Session) -> list[Layer]:
    """The layers that have DAGs, in order of the flow."""
    newest = (
        select(DagRun.dag_id, func.max(DagRun.id).label("id")).group_by(DagRun.dag_id).subquery()
    )
    # A scheduled run was due at the end of its interval, which may be long ago.
    ran_at = func.coalesce(DagRun.start_date, DagRun.run_after)
    query = (
        select(DagModel, DagRun.run_id, DagRun.state, ran_at)
        .outerjoin(newest, newest.c.dag_id == DagModel.dag_id)
        .outerjoin(DagRun, DagRun.id == newest.c.id)
        .where(DagModel.is_stale.is_(False))
        .options(selectinload(DagModel.tags))
        .order_by(DagModel.dag_id)
    )
    layers: dict[str, list[DagState]] = {title: [] for title in LAYERS.values()}
    for dag, run_id, state, ran in session.execute(query).tuples():
        title = layer_of(tag.name for tag in dag.tags)
        if title:
            found = DagState(dag.dag_id, dag.is_paused, run_id, state and str(state), ran)
            layers[title].append(found)
    return [Layer(title, dags) for title, dags in layers.items() if dags]


def layer_of(tags: Iterable[str]) -> str | None:
    """The layer of a DAG with these tags; None if it has none of ours."""
    given = set(tags)
    return next((LAYERS[tag] for tag in ("archive", *LAYERS) if tag in given), None)
