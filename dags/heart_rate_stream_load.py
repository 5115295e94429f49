"""Airflow DAG heart_rate_stream_load: the lake -> raw.stream__heart_rates."""

from airflow.sdk import dag

from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.stream import STREAM_PARAMS, load_stream


@dag(
    schedule=by_clock("*/15 * * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["stream", "raw"],
    params=STREAM_PARAMS,
)
def heart_rate_stream_load() -> None:
    """Load what the sink of the heart-rate stream has put into the lake.

    ### When

    Every 15 minutes. By hand when you do not want to wait.

    ### What it does

    Lists the objects below `stream/heart_rate/`: those with events of the last week, and the first
    time of a day (UTC), or with *Look at the whole lake*, all. Loads those that were not loaded yet
    into `raw.stream__heart_rates`, keeps refused events with the reason in
    `raw.rejected_records`, and announces `raw__stream`: `iot_stage_transform` follows and adds them
    to `stage.fct_heart_rates`. With nothing new the task is skipped.

    ### Safe to run again?

    Yes, at any time: an event is named by topic, partition and offset and stored once. A run that
    was killed is completed by the next one.

    ### Triage

    - Nothing arrives: does the sink run (`make status`, or the service `stream-sink`), and does it
      say that it writes? `vitals stream sink --drain` reads everything that waits and says so.
    - "cannot list" or "cannot read": S3 could not be reached; check the connection `vitals_s3`.
    - What each run loaded: `select * from raw.loads where source = 'stream' order by load_id desc`.
    """
    load_stream()


heart_rate_stream_load()
