"""Airflow DAG account_export_import: files in the inbox -> raw."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from vitals.orchestration.assets import RAW_ACCOUNT_EXPORTS
from vitals.orchestration.defaults import DEFAULT_ARGS
from vitals.orchestration.exports import (
    IMPORT_PARAMS,
    NewExportsSensor,
    import_participant,
    participants_waiting,
    publish_imports,
    report_imports,
)


@dag(
    schedule=CronTriggerTimetable("5 * * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    # Two, because a scheduled run waits most of the hour, and one started by hand is in a hurry.
    # Files of one participant are imported by one task at a time.
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    tags=["accounts", "exports", "raw"],
    params=IMPORT_PARAMS,
)
def account_export_import() -> None:
    """Load account exports that somebody has put into the inbox.

    ### When

    Every hour. A scheduled run first waits, without using a worker slot, until the inbox holds
    something new; if nothing comes within 50 minutes the rest is skipped. A run started by hand
    does not wait.

    ### What it does

    The inbox (`VITALS_EXPORT_INBOX`, a folder or a prefix in S3) has one folder for each
    participant. For each whose files are new or have changed, a task reads them (Google Takeout,
    PMData, Apple Health, Strava, Garmin) and writes the rows to `raw`; `iot_stage_transform`
    follows. Put a `person.json` beside the files to state time zone and date of birth.

    ### Safe to run again?

    Yes, at any time. Files are recognised by their content, and rows that are there already change
    nothing. A task that was killed is repeated and reads what it had not finished.

    ### Triage

    - What became of each file: `select path, status, reason, time_basis from raw.export_files`.
    - A file is `unrecognised` or `refused`: its reason says what to do; the others were loaded.
    - **`report` failed**: the participants that it names could not be imported; the log of each
      says why, and the next run tries again.
    - Nothing happens: a file counts only when it has not changed for 30 seconds, and lies in a
      folder named after its participant.
    """
    wait = NewExportsSensor(
        task_id="wait_for_exports",
        wait=timedelta(minutes=50),
        poke_interval=timedelta(minutes=1),
    )
    waiting = participants_waiting()
    imported = import_participant.expand(one=waiting)
    wait >> waiting
    publish = publish_imports.override(outlets=[RAW_ACCOUNT_EXPORTS])()
    imported >> [publish, report_imports(waiting)]


account_export_import()
