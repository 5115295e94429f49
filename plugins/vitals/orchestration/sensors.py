"""Sensors: a run waits for the outside world, in the triggerer instead of a worker slot."""

from datetime import timedelta
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from vitals.orchestration.connections import mongo_uri, warehouse_dsn
from vitals.orchestration.triggers import NewDocumentsTrigger
from vitals.orchestration.waiting import work_waiting


class NewDocumentsSensor(BaseOperator):
    """Wait until MongoDB has something that was not loaded; skip what follows if nothing comes.

    Only scheduled runs wait: whoever starts a run by hand wants it to go through.

    Args:
        wait: how long after its scheduled time a run waits. Shorter than the schedule's interval,
            so that runs do not pile up.
        poke_interval: time between two looks.
    """

    ui_color = "#d9ead3"

    def __init__(
        self, *, wait: timedelta, poke_interval: timedelta = timedelta(seconds=30), **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.wait = wait
        self.poke_interval = poke_interval

    def execute(self, context: Any) -> None:
        """Look once, and leave the waiting to the triggerer only if there is nothing."""
        run = context["dag_run"]
        if run.run_type == "manual":
            self.log.info("started by hand: not waiting for new documents")
            return
        if work_waiting(warehouse_dsn(), mongo_uri()):
            return
        trigger = NewDocumentsTrigger(
            deadline=(run.run_after + self.wait).isoformat(),
            poke_interval=self.poke_interval.total_seconds(),
        )
        self.defer(trigger=trigger, method_name="after_wait")

    def after_wait(self, context: Any, event: dict[str, bool]) -> None:
        """Go on, or skip the rest of a run for which nothing came."""
        if not event["found"]:
            raise AirflowSkipException(f"nothing new within {self.wait}: the next run looks again")
