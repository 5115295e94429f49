"""Airflow DAG nightly_report: what went wrong, told once by mail or webhook."""

from airflow.sdk import dag

from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.nightly import channels, find_problems, heartbeat, tell


@dag(
    # After the nightly extraction and connections_doctor, in time for the working day.
    schedule=by_clock("30 7 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["accounts", "monitoring"],
)
def nightly_report() -> None:
    """Tell operators once what needs them: one message a night at most, and none if all is well.

    ### When

    Every morning at 07:30, and by hand.

    ### What it does

    `find_problems` looks for runs that failed since yesterday, sources that have brought nothing
    new, accounts whose token is dying or dead, and participants who have been silent for three
    days; all of them are in its log. `tell` sends what is new, or has lasted for days, as one
    message to each channel: e-mail (`VITALS_NOTIFY_EMAIL`, connection `smtp_default`) and webhook
    (`VITALS_NOTIFY_WEBHOOK`). `heartbeat` tells a watcher outside that the night was checked
    (`VITALS_NOTIFY_HEARTBEAT`). If the report cannot be made, that is told directly.

    ### Safe to run again?

    Yes, at any time: what was told is not told again (`select * from ops.notices`).

    ### Triage

    - **`find_problems` failed**: the warehouse cannot be reached; its log says why.
    - **`tell` failed for one channel**: the mail server or the webhook refuses; the log says
      what it answered. After mending it, clear the task.
    - **`tell` is skipped**: nothing is new, or no channel is set.
    - **A message comes too often or too late**: `VITALS_NOTIFY_REPEAT_DAYS`,
      `VITALS_STALE_AFTER_HOURS`, `VITALS_SILENT_AFTER_DAYS`.
    """
    told = tell.partial(problems=find_problems()).expand(channel=channels())
    told >> heartbeat()


nightly_report()
