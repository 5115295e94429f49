"""The lake -> raw: the tasks of the DAG rebuild_from_lake, one for each provider."""

import logging
from typing import Any

from airflow.sdk import Asset, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals.orchestration import forms
from vitals.orchestration.connections import lake, warehouse_dsn
from vitals.orchestration.runs import load_run_id
from vitals.sources import api_providers

log = logging.getLogger(__name__)

SOURCES = [*api_providers()]

REBUILD_PARAMS = {
    "sources": forms.several_of(SOURCES, "Sources", "Which providers.", chosen=SOURCES),
    "start": forms.day(
        "Read from",
        "First day (UTC) on which it was read from the provider. All, if left empty.",
    ),
    "end": forms.day("Read until", "Last such day, included."),
    "participants": forms.participants(
        "Whose accounts, one participant a line. All, if left empty."
    ),
    "again": Param(
        False,
        type="boolean",
        title="Also what is there",
        description="Make loads again that the warehouse has, as after a correction of the "
        "parsing. Otherwise only what it does not have.",
    ),
}


def rebuild_source(source: str, asset: Asset) -> Any:
    """A task that makes the loads of one provider again."""

    @task(task_id=f"rebuild_{source}", outlets=[asset])
    def rebuild_from_lake() -> dict[str, int]:
        from vitals.load.rebuild import Wanted, rebuild

        context = get_current_context()
        params = context["params"]
        if source not in (params["sources"] or SOURCES):
            raise AirflowSkipException(f"{source} was not asked for")
        start, end = forms.requested_days(params)
        wanted = Wanted([source], start, end, params.get("participants") or (), params["again"])
        run_id = load_run_id(context)
        summary = rebuild(warehouse_dsn(), lake(), wanted, run_id, log.info)
        for name, problem in summary.problems.items():
            log.warning("%s: %s", name, problem)
        if summary.problems:
            raise AirflowFailException(
                f"{len(summary.problems)} resources could not be made again, the others were: "
                "see the warnings above"
            )
        if not summary.days_touched:
            raise AirflowSkipException("nothing changed: no event for the layers downstream")
        context["outlet_events"][asset].extra.update({"days_touched": summary.days_touched})
        return {"loads": summary.loads, "rows_loaded": summary.rows_loaded}

    return rebuild_from_lake()
