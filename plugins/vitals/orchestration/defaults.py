"""What all DAGs have in common: owner, retries, and the time zone that schedules are written in."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable

from vitals import settings
from vitals.orchestration.failures import note_failure

# Every task may be repeated at any time, so trying again is always right: 30 s, 1 min, 2 min.
DEFAULT_ARGS = {
    "owner": "vitals",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "on_failure_callback": note_failure,
}


def schedule_time_zone() -> str:
    """IANA zone of the clock that daily, weekly and monthly schedules go by."""
    return settings.load().schedule_time_zone


def by_clock(cron: str) -> CronTriggerTimetable:
    """A schedule in that zone.

    A DAG that is switched on for the first time waits for its next time; one that has run by its
    schedule before begins with the last time that it missed.
    """
    return CronTriggerTimetable(cron, timezone=schedule_time_zone(), run_immediately=timedelta(0))
