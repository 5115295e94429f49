"""The lake -> raw.stream__heart_rates: the tasks of the DAG heart_rate_stream_load."""

import logging
from datetime import timedelta

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from vitals import settings
from vitals.orchestration.assets import RAW_STREAM
from vitals.orchestration.connections import lake, warehouse_dsn
from vitals.orchestration.runs import load_run_id
from vitals.stream import settings as stream_settings

log = logging.getLogger(__name__)

# Events of a watch that was out of reach for a week come within minutes, older ones within a day:
# listing the objects of years takes minutes itself.
LOOK_BACK = timedelta(days=7)

STREAM_PARAMS = {
    "again": Param(
        False,
        type="boolean",
        title="Also what is there",
        description="Load objects again that were loaded before, as after a change of the rules. "
        "Rows that are there stay as they are.",
    ),
    "whole": Param(
        False,
        type="boolean",
        title="Look at the whole lake",
        description="Do not leave objects with events older than a week to the first load of "
        "tomorrow.",
    ),
}


@task(task_id="load", outlets=[RAW_STREAM])
def load_stream() -> dict[str, int]:
    """Load new objects; returns what was read, loaded, rejected and so on."""
    from vitals.load.stream import load_new
    from vitals.stream.lake import StreamLake

    given = settings.load()
    stream = stream_settings.read(given.environment, given.ports.kafka)
    if not (given.storage.keeps_lake or stream.starts_with_up):
        raise AirflowSkipException(
            "no lake is kept here: VITALS_STREAM=true says that there is one"
        )
    context = get_current_context()
    summary = load_new(
        warehouse_dsn(),
        StreamLake(lake()),
        load_run_id(context),
        again=context["params"]["again"],
        look_back=None if context["params"]["whole"] else LOOK_BACK,
        progress=log.info,
    )
    counts = summary.counts
    if not counts["rows_loaded"]:
        raise AirflowSkipException("nothing new: no event for the layers downstream")
    context["outlet_events"][RAW_STREAM].extra.update(counts)
    return counts
